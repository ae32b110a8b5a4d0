import {
  attributeOf,
  childNamed,
  childrenNamed,
  childText,
  element,
  elementsOf,
  textOf,
  XML_NAMESPACE,
  XmlError,
  XSI_NAMESPACE,
} from './xml/xml.ts';
import type { XmlElement } from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml } from './xml/xml-write.ts';

/** A stretch of a recording, in milliseconds from its beginning, with what is said or shown in it. */
export interface Mpeg7Segment {
  fromMs: number;
  toMs: number;
  /** Texts that are seen, each with its language if that is known. */
  texts: readonly { text: string; language?: string }[];
  /** Texts and keywords that are told about it, such as captions. */
  notes: readonly string[];
}

/** The catalog that segment-video (mpeg-7/segments) and extract-text (mpeg-7/text) make (facts/opencast 3.11). */
export interface Mpeg7Catalog {
  /** Address of the track that it is about; '' if it says none. */
  uri: string;
  durationMs: number;
  segments: readonly Mpeg7Segment[];
}

const MPEG7 = 'urn:mpeg:mpeg7:schema:2001';
/** Segments of a catalog; one with more is refused. */
const MOST_SEGMENTS = 20_000;

/** Writes a catalog as Opencast does, so that its search and its players read it. */
export function formatMpeg7({ uri, durationMs, segments }: Mpeg7Catalog): string {
  const decomposition = of(
    'TemporalDecomposition',
    { gap: 'false', overlap: 'false', criteria: 'temporal' },
    segments.map(segmentElement),
  );
  const video = of('Video', { id: 'videosegment' }, [
    of('MediaLocator', {}, [of('MediaUri', {}, [uri])]),
    mediaTime(0, durationMs),
    decomposition,
  ]);
  const content = typed('MultimediaContent', 'VideoType', [video]);
  return formatXml(of('Mpeg7', {}, [typed('Description', 'ContentEntityType', [content])]), {
    [MPEG7]: '',
    [XSI_NAMESPACE]: 'xsi',
  });
}

const of = (name: string, attributes: Record<string, string>, children: XmlElement['children']): XmlElement =>
  element(MPEG7, name, attributes, children);

const typed = (name: string, type: string, children: XmlElement['children']): XmlElement => ({
  ...of(name, {}, children),
  attributes: [{ name: 'type', namespace: XSI_NAMESPACE, value: type }],
});

function segmentElement({ fromMs, toMs, texts, notes }: Mpeg7Segment, at: number): XmlElement {
  const seen = texts.map(({ text, language }) =>
    of('VideoText', { textType: 'Superimposed' }, [
      of('SpatioTemporalLocator', {}, [mediaTime(fromMs, toMs - fromMs)]),
      {
        ...of('Text', {}, [text]),
        attributes: language ? [{ name: 'lang', namespace: XML_NAMESPACE, value: language }] : [],
      },
    ]),
  );
  return of('VideoSegment', { id: `segment-${at + 1}` }, [
    mediaTime(fromMs, toMs - fromMs),
    ...notes.map((note) =>
      of('TextAnnotation', { confidence: '1.0', relevance: '1.0' }, [of('FreeTextAnnotation', {}, [note])]),
    ),
    ...(seen.length > 0 ? [of('SpatioTemporalDecomposition', { gap: 'true', overlap: 'false' }, seen)] : []),
  ]);
}

const mediaTime = (fromMs: number, lengthMs: number): XmlElement =>
  of('MediaTime', {}, [
    of('MediaRelTimePoint', {}, [mediaTimePoint(fromMs)]),
    of('MediaDuration', {}, [mediaDuration(lengthMs)]),
  ]);

const two = (value: number): string => String(value).padStart(2, '0');

function partsOf(ms: number): [hours: number, minutes: number, seconds: number, rest: number] {
  const whole = Math.max(0, Math.round(ms));
  return [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60, whole % 1000];
}

/** A time as MPEG-7 and the `ref` of segment previews have it: `T00:01:05:89F1000`. */
export function mediaTimePoint(ms: number): string {
  const [hours, minutes, seconds, rest] = partsOf(ms);
  return `T${two(hours)}:${two(minutes)}:${two(seconds)}:${rest}F1000`;
}

function mediaDuration(ms: number): string {
  const [hours, minutes, seconds, rest] = partsOf(ms);
  return `PT${two(hours)}H${two(minutes)}M${two(seconds)}S${rest}N1000F`;
}

/**
 * Reads a catalog: its first track with segments, of picture or sound. Throws `XmlError` for text that is no MPEG-7, a
 * time that cannot be read, or more than 20 000 segments.
 */
export function parseMpeg7(text: string): Mpeg7Catalog {
  const root = parseXml(text);
  if (root.name !== 'Mpeg7')
    throw new XmlError(`this is no MPEG-7: its document element is <${root.name}>, not <Mpeg7>`);
  const tracks = childrenNamed(root, 'Description')
    .flatMap((one) => childrenNamed(one, 'MultimediaContent'))
    .flatMap(elementsOf)
    .filter(({ name }) => ['Video', 'Audio', 'AudioVisual'].includes(name));
  const track =
    tracks.find((one) => segmentsIn(one).length > 0 && one.name === 'Video') ??
    tracks.find((one) => segmentsIn(one).length > 0) ??
    tracks[0];
  if (!track) return { uri: '', durationMs: 0, segments: [] };
  const segments = segmentsIn(track);
  if (segments.length > MOST_SEGMENTS) throw new XmlError(`there are more than ${MOST_SEGMENTS} segments`);
  const locator = childNamed(track, 'MediaLocator');
  const whole = timeOf(track);
  const read = segments.map(readSegment);
  return {
    uri: (locator && childText(locator, 'MediaUri')) ?? '',
    durationMs: Math.max(whole.toMs, ...read.slice(-1).map(({ toMs }) => toMs)),
    segments: read,
  };
}

const segmentsIn = (track: XmlElement): XmlElement[] =>
  childrenNamed(track, 'TemporalDecomposition')
    .flatMap(elementsOf)
    .filter(({ name }) => /^(Video|Audio|AudioVisual)Segment$/.test(name));

function readSegment(segment: XmlElement): Mpeg7Segment {
  const texts = childrenNamed(segment, 'SpatioTemporalDecomposition')
    .flatMap((one) => childrenNamed(one, 'VideoText'))
    .flatMap((one) => childrenNamed(one, 'Text'))
    .map((one) => ({ text: textOf(one), ...languageOf(one) }));
  const notes = childrenNamed(segment, 'TextAnnotation').flatMap((one) =>
    elementsOf(one).map((part) =>
      part.name === 'KeywordAnnotation' ? elementsOf(part).map(textOf).join(' ') : textOf(part),
    ),
  );
  return { ...timeOf(segment), texts, notes: notes.filter((note) => note !== '') };
}

function languageOf(one: XmlElement): { language?: string } {
  const language = attributeOf(one, 'lang', XML_NAMESPACE);
  return language ? { language } : {};
}

function timeOf(parent: XmlElement): { fromMs: number; toMs: number } {
  const time = childNamed(parent, 'MediaTime');
  if (!time) return { fromMs: 0, toMs: 0 };
  const point = childText(time, 'MediaRelTimePoint') ?? childText(time, 'MediaTimePoint');
  const duration = childText(time, 'MediaDuration');
  const fromMs = point === undefined ? 0 : readPoint(point);
  return { fromMs, toMs: fromMs + (duration === undefined ? 0 : readLength(duration)) };
}

const POINT = /^(?:\d{4}-\d\d-\d\d)?T(\d{1,4}):(\d{1,2}):(\d{1,2})(?:[:,](\d{1,9})F(\d{1,9}))?$/;
const LENGTH = /^P(?:(\d{1,4})D)?T?(?:(\d{1,5})H)?(?:(\d{1,5})M)?(?:(\d{1,8})S)?(?:(\d{1,9})N(\d{1,9})F)?$/;

function readPoint(text: string): number {
  const [, hours, minutes, seconds, count, per] = POINT.exec(text) ?? [];
  if (hours === undefined) throw new XmlError(`"${text.slice(0, 60)}" is no time of MPEG-7, such as T00:01:05:89F1000`);
  return msOf([hours, minutes, seconds], count, per);
}

function readLength(text: string): number {
  const found = LENGTH.exec(text);
  if (!found) throw new XmlError(`"${text.slice(0, 60)}" is no duration of MPEG-7, such as PT01M05S89N1000F`);
  const [, days = '0', hours = '0', minutes, seconds, count, per] = found;
  return msOf([String(Number(days) * 24 + Number(hours)), minutes, seconds], count, per);
}

function msOf(parts: readonly (string | undefined)[], count: string | undefined, per: string | undefined): number {
  const [hours = 0, minutes = 0, seconds = 0] = parts.map((part) => Number(part ?? 0));
  const rest = Number(per ?? 0) > 0 ? (Number(count ?? 0) * 1000) / Number(per) : 0;
  return Math.round(((hours * 60 + minutes) * 60 + seconds) * 1000 + rest);
}
