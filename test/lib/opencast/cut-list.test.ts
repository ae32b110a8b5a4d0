import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatCutList, parseCutList, type CutList } from '#lib/opencast/cut-list.ts';
import { attributeOf, elementsOf, XML_NAMESPACE, type XmlElement } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';

const LIST: CutList = {
  mediaPackage: 'eb18ea5d',
  durationMs: 217_751,
  tracks: [
    { id: 't-1', src: 'https://server/a.mp4?x&y', flavor: 'presenter/source', kind: 'video' },
    { id: 't-2', src: 'b.mp3', flavor: 'presentation/source', kind: 'audio' },
  ],
  kept: [
    { fromMs: 180, toMs: 4029 },
    { fromMs: 4622, toMs: 7273 },
  ],
};

function* all(one: XmlElement): Generator<XmlElement> {
  yield one;
  for (const child of elementsOf(one)) yield* all(child);
}

describe('a cut list', () => {
  test('says after writing and reading what it said before', () => {
    assert.deepEqual(parseCutList(formatCutList(LIST)), LIST);
  });

  test('has an id at each element, which no other has, and a clip for each track in each stretch', () => {
    const elements = [...all(parseXml(formatCutList(LIST)))];
    const ids = elements.map((one) => attributeOf(one, 'id', XML_NAMESPACE));
    assert.ok(ids.every((id) => id !== undefined));
    assert.equal(new Set(ids).size, ids.length);
    const clips = elements.filter(({ name }) => name === 'video' || name === 'audio');
    assert.deepEqual(
      clips.map((clip) => [clip.name, attributeOf(clip, 'clipBegin'), attributeOf(clip, 'clipEnd'), attributeOf(clip, 'src')]),
      [
        ['video', '180ms', '4029ms', 'https://server/a.mp4?x&y'],
        ['audio', '180ms', '4029ms', 'b.mp3'],
        ['video', '4622ms', '7273ms', 'https://server/a.mp4?x&y'],
        ['audio', '4622ms', '7273ms', 'b.mp3'],
      ],
    );
  });

  test('of other writers is read: all clock values of SMIL, clips without par', () => {
    const body = (clips: string): string => `<smil xmlns="http://www.w3.org/ns/SMIL"><body>${clips}</body></smil>`;
    const one = '<video src="a" clipBegin="1.5s" clipEnd="00:01:02.25"/><par><video clipEnd="2min"/></par><seq><par><audio clipBegin="1:00:00" clipEnd="1.5h"/></par></seq>';
    assert.deepEqual(parseCutList(body(one)).kept, [
      { fromMs: 1500, toMs: 62_250 },
      { fromMs: 0, toMs: 120_000 },
      { fromMs: 3_600_000, toMs: 5_400_000 },
    ]);
    assert.deepEqual(parseCutList(body('')), { mediaPackage: '', durationMs: undefined, tracks: [], kept: [] });
  });

  test('that is none or makes no sense is refused in words', () => {
    assert.throws(() => parseCutList('<Mpeg7/>'), /no cut list/);
    assert.throws(() => parseCutList(formatCutList(LIST).replace('4029ms', '100ms')), /ends \(100ms\) before it begins \(180ms\)/);
    assert.throws(() => parseCutList(formatCutList(LIST).replace('180ms', 'soon')), /"soon" is no time, such as 4029ms/);
  });
});
