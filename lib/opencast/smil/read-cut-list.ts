import { attributeOf, childNamed, childrenNamed, elementsOf, XmlError, type XmlElement } from '../xml/xml.ts';
import { parseXml } from '../xml/xml-read.ts';
import { parseClockValue } from './clock-value.ts';
import type { CutList, CutTrack } from './cut-list.ts';
import type { Interval } from '#lib/media/intervals.ts';

/** Characters of a cut list; a longer one is refused. One with 2000 stretches of two tracks has as many. */
const MOST_CHARACTERS = 2 << 20;
/** Tracks that a cut list may be about; one with more is refused, since each is written again with each stretch. */
const MOST_TRACKS = 20;
/** Milliseconds by which the tracks of one stretch may begin or end apart; with more they would not fit each other any more. */
const MOST_APART_MS = 100;

/** Reads a cut list. Throws `XmlError` for what is none, in words. */
export function parseCutList(text: string): CutList {
  if (text.length > MOST_CHARACTERS)
    throw new XmlError(`a cut list may have ${MOST_CHARACTERS} characters, this one has ${text.length}`);
  const root = parseXml(text);
  if (root.name !== 'smil') throw new XmlError(`a cut list begins with <smil>, not with <${root.name}>`);
  const body = childNamed(root, 'body');
  if (!body) throw new XmlError('the cut list has no <body>');
  const head = childNamed(root, 'head');
  const clips = stretchesOf(body).map(clipsOf);
  const tracks = tracksOf(head, clips.flat());
  if (tracks.length > MOST_TRACKS)
    throw new XmlError(`a cut list may be about ${MOST_TRACKS} tracks, this one is about ${tracks.length}`);
  return {
    mediaPackage: metaOf(head, 'media-package-id'),
    durationMs: clockOf(metaOf(head, 'track-duration'), 'track-duration'),
    tracks,
    segments: clips.map(intervalOf),
  };
}

/** Elements of one stretch, whose parts play at the same time. */
function stretchesOf(body: XmlElement): XmlElement[][] {
  return elementsOf(body).flatMap((one) => {
    if (one.name === 'par') {
      const media = mediaIn(one);
      return media.length > 0 ? [media] : [];
    }
    if (one.name === 'seq') return stretchesOf(one);
    return isMedia(one) ? [[one]] : [];
  });
}

const isMedia = ({ name }: XmlElement): boolean => ['video', 'audio', 'ref', 'media'].includes(name);

const mediaIn = (parent: XmlElement): XmlElement[] =>
  elementsOf(parent).flatMap((one) =>
    isMedia(one) ? [one] : one.name === 'seq' || one.name === 'par' ? mediaIn(one) : [],
  );

/** One track within one stretch. */
interface Clip extends Interval {
  src: string;
  kind: 'video' | 'audio';
  group: string | undefined;
}

const clipsOf = (media: readonly XmlElement[]): Clip[] =>
  media.map((one): Clip => {
    const fromMs = clockOf(timeOf(one, 'clipBegin', 'clip-begin'), 'clipBegin') ?? 0;
    const toMs = clockOf(timeOf(one, 'clipEnd', 'clip-end'), 'clipEnd');
    if (toMs === undefined) throw new XmlError('a stretch of the cut list has no clipEnd, such as clipEnd="4029ms"');
    if (toMs < fromMs)
      throw new XmlError(`a stretch of the cut list ends (${toMs} ms) before it begins (${fromMs} ms)`);
    return {
      fromMs,
      toMs,
      src: attributeOf(one, 'src') ?? '',
      kind: one.name === 'audio' ? 'audio' : 'video',
      group: attributeOf(one, 'paramGroup'),
    };
  });

const timeOf = (media: XmlElement, ...names: readonly string[]): string | undefined =>
  names.map((name) => attributeOf(media, name)).find((value) => value !== undefined);

function clockOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const ms = parseClockValue(text);
  if (ms === undefined)
    throw new XmlError(
      `${name} of the cut list is no time such as 4029ms or 00:00:04.029: ${JSON.stringify(text.slice(0, 40))}`,
    );
  return ms;
}

/** All tracks of a stretch are cut alike: else sound and pictures would not fit each other. */
function intervalOf(clips: readonly Clip[]): Interval {
  const [first] = clips;
  if (!first) throw new XmlError('a stretch of the cut list has no track');
  const { fromMs, toMs } = first;
  const isApart = (one: Clip): boolean =>
    Math.abs(one.fromMs - fromMs) > MOST_APART_MS || Math.abs(one.toMs - toMs) > MOST_APART_MS;
  if (clips.some(isApart))
    throw new XmlError('the tracks of one stretch of the cut list have different times: all have to be cut alike');
  return { fromMs, toMs };
}

function metaOf(head: XmlElement | undefined, name: string): string | undefined {
  const meta = head && childrenNamed(head, 'meta').find((one) => attributeOf(one, 'name') === name);
  return meta && (attributeOf(meta, 'content') || undefined);
}

const XML_ID = 'http://www.w3.org/XML/1998/namespace';

/** The tracks that the head names; without a head those of the stretches. */
function tracksOf(head: XmlElement | undefined, clips: readonly Clip[]): CutTrack[] {
  const groups = head ? childrenNamed(head, 'paramGroup') : [];
  const byGroup = new Map(clips.map((clip) => [clip.group, clip]));
  if (groups.length > 0) {
    return groups.map((group): CutTrack => {
      const parameters = new Map(
        childrenNamed(group, 'param').map((one) => [attributeOf(one, 'name'), attributeOf(one, 'value')]),
      );
      const clip = byGroup.get(attributeOf(group, 'id', XML_ID));
      return {
        id: parameters.get('track-id'),
        src: parameters.get('track-src') ?? clip?.src ?? '',
        flavor: parameters.get('track-flavor'),
        kind: clip?.kind ?? 'video',
      };
    });
  }
  return [...new Map(clips.map(({ src, kind }): [string, CutTrack] => [src, { src, kind }])).values()];
}
