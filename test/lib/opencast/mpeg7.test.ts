import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatMpeg7, mediaTimePoint, parseMpeg7, type Mpeg7Catalog } from '#lib/opencast/mpeg7.ts';
import { attributeOf, childNamed, XmlError, XSI_NAMESPACE, type XmlElement } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';

const SLIDES: Mpeg7Catalog = {
  uri: 'https://server/presentation.mp4?a=1&b=2',
  durationMs: 5_400_000,
  segments: [
    { fromMs: 0, toMs: 65_089, texts: [{ text: 'Le cœur : rappels <b>', language: 'fr' }], notes: [] },
    { fromMs: 65_089, toMs: 5_400_000, texts: [{ text: 'a' }, { text: 'b' }], notes: ['said of it'] },
  ],
};

const path = (root: XmlElement, ...names: string[]): XmlElement =>
  names.reduce((at, name) => {
    const next = childNamed(at, name);
    assert.ok(next, `${at.name} has no ${name}`);
    return next;
  }, root);

describe('an MPEG-7 catalog', () => {
  test('says after writing and reading what it said before', () => {
    assert.deepEqual(parseMpeg7(formatMpeg7(SLIDES)), SLIDES);
  });

  test('has the elements, ids and times that Opencast writes', () => {
    const root = parseXml(formatMpeg7(SLIDES));
    assert.deepEqual([root.name, root.namespace], ['Mpeg7', 'urn:mpeg:mpeg7:schema:2001']);
    const content = path(root, 'Description', 'MultimediaContent');
    assert.equal(attributeOf(content, 'type', XSI_NAMESPACE), 'VideoType');
    const segment = path(content, 'Video', 'TemporalDecomposition', 'VideoSegment');
    assert.equal(attributeOf(segment, 'id'), 'segment-1');
    assert.deepEqual(path(segment, 'MediaTime', 'MediaRelTimePoint').children, ['T00:00:00:0F1000']);
    assert.deepEqual(path(segment, 'MediaTime', 'MediaDuration').children, ['PT00H01M05S89N1000F']);
    assert.deepEqual(path(segment, 'SpatioTemporalDecomposition', 'VideoText', 'Text').children, [
      'Le cœur : rappels <b>',
    ]);
    assert.equal(mediaTimePoint(3_661_007), 'T01:01:01:7F1000');
  });

  test('of other writers is read: commas, dates, other parts of a second, sound, keywords', () => {
    const other = `<Mpeg7 xmlns="urn:mpeg:mpeg7:schema:2001"><Description><MultimediaContent><Audio id="captions"><MediaTime>
      <MediaTimePoint>1970-00-00T00:00:00:0F1000</MediaTimePoint><MediaDuration>PT0N1000F</MediaDuration></MediaTime><TemporalDecomposition>
      <AudioSegment><MediaTime><MediaTimePoint>1970-00-00T00:00:02,5F25</MediaTimePoint><MediaDuration>P1DT2S</MediaDuration></MediaTime>
      <TextAnnotation><KeywordAnnotation><Keyword>one</Keyword><Keyword>two</Keyword></KeywordAnnotation><FreeTextAnnotation>three</FreeTextAnnotation></TextAnnotation>
      </AudioSegment></TemporalDecomposition></Audio></MultimediaContent></Description></Mpeg7>`;
    const [segment] = parseMpeg7(other).segments;
    assert.deepEqual(segment, { fromMs: 2200, toMs: 86_404_200, texts: [], notes: ['one two', 'three'] });
  });

  test('that is none, or has a wrong time, is refused with a word that says what would be right', () => {
    assert.throws(() => parseMpeg7('<smil/>'), /no MPEG-7.*<smil>/);
    const wrong = formatMpeg7(SLIDES).replace('PT00H01M05S89N1000F', 'a minute');
    assert.throws(
      () => parseMpeg7(wrong),
      (error) => error instanceof XmlError && /"a minute".*PT01M05S/.test(error.message),
    );
  });
});
