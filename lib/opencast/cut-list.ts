import { attributeOf, childNamed, childrenNamed, element, elementsOf, XML_NAMESPACE, XmlError, type XmlElement } from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml } from './xml/xml-write.ts';

/** A track that a cut list is about. */
export interface CutTrack {
  id: string;
  src: string;
  flavor: string;
  kind: 'video' | 'audio';
}

/**
 * What is kept of tracks, as the editor and the search for silences write it (SMIL of the flavors
 * `smil/cutting` and `presenter/silence`, facts/opencast 3.12). It is not the SMIL by which streaming servers know qualities.
 */
export interface CutList {
  /** Id of the media package; '' if it says none. */
  mediaPackage: string;
  /** Milliseconds of the tracks; undefined if it does not say. */
  durationMs: number | undefined;
  tracks: readonly CutTrack[];
  /** What is kept, in milliseconds, in the order of the list. */
  kept: readonly { fromMs: number; toMs: number }[];
}

const SMIL = 'http://www.w3.org/ns/SMIL';
/** Stretches in a list; one with more is refused. */
const MOST_KEPT = 10_000;

/** Writes a cut list as Opencast does. Ids are numbers in the order of the list, so equal lists are equal texts. */
export function formatCutList({ mediaPackage, durationMs, tracks, kept }: CutList): string {
  const groups = tracks.map((track, at) => paramGroup(track, at));
  const metas = [
    ...(mediaPackage ? [of('meta', 'meta-package', { content: mediaPackage, name: 'media-package-id' })] : []),
    ...(durationMs === undefined ? [] : [of('meta', 'meta-duration', { content: msText(durationMs), name: 'track-duration' })]),
  ];
  const pars = kept.map(({ fromMs, toMs }, at) =>
    of(
      'par',
      `par-${at + 1}`,
      {},
      tracks.map(({ kind, src }, index) =>
        of(kind, `${kind.charAt(0)}-${at + 1}-${index + 1}`, {
          clipBegin: msText(fromMs),
          clipEnd: msText(toMs),
          paramGroup: `pg-${index + 1}`,
          src,
        }),
      ),
    ),
  );
  const root = of('smil', 's-1', { baseProfile: 'Language', version: '3.0' }, [
    of('head', 'h-1', {}, [...metas, ...groups]),
    of('body', 'b-1', {}, pars),
  ]);
  return formatXml(root, { [SMIL]: '' });
}

const msText = (ms: number): string => `${Math.max(0, Math.round(ms))}ms`;

function of(name: string, id: string, attributes: Record<string, string>, children: readonly XmlElement[] = []): XmlElement {
  const made = element(SMIL, name, attributes, children);
  return { ...made, attributes: [...made.attributes, { name: 'id', namespace: XML_NAMESPACE, value: id }] };
}

function paramGroup({ id, src, flavor }: CutTrack, at: number): XmlElement {
  const params = Object.entries({ 'track-id': id, 'track-src': src, 'track-flavor': flavor });
  return of(
    'paramGroup',
    `pg-${at + 1}`,
    {},
    params.map(([name, value], index) => of('param', `param-${at + 1}-${index + 1}`, { name, value, valuetype: 'data' })),
  );
}

/**
 * Reads a cut list. A stretch that several tracks share counts once. Throws `XmlError` for text that is no such list, a
 * time that cannot be read, a stretch that ends before it begins, or more than 10 000 stretches.
 */
export function parseCutList(text: string): CutList {
  const root = parseXml(text);
  if (root.name !== 'smil') throw new XmlError(`this is no cut list: its document element is <${root.name}>, not <smil>`);
  const head = childNamed(root, 'head');
  const body = childNamed(root, 'body');
  if (!body) throw new XmlError('this is no cut list: it has no <body>');
  const clips = [...clipsIn(body)];
  const durationText = head && metaOf(head, 'track-duration');
  return {
    mediaPackage: (head && metaOf(head, 'media-package-id')) ?? '',
    durationMs: durationText === undefined ? undefined : readClock(durationText),
    tracks: head ? tracksIn(head, clips.flat()) : [],
    kept: clips.flatMap((par) => (par[0] ? [keptOf(par[0])] : [])),
  };
}

/** The clips of each `par`; a clip that stands alone is a `par` of its own. */
function* clipsIn(body: XmlElement): Generator<XmlElement[]> {
  let count = 0;
  const waiting = elementsOf(body).toReversed();
  for (let one = waiting.pop(); one; one = waiting.pop()) {
    const clips = isClip(one) ? [one] : elementsOf(one).filter(isClip);
    if (clips.length === 0) waiting.push(...elementsOf(one).toReversed());
    else if (++count > MOST_KEPT) throw new XmlError(`there are more than ${MOST_KEPT} stretches`);
    else yield clips;
  }
}

const isClip = ({ name }: XmlElement): boolean => ['video', 'audio', 'ref'].includes(name);

const metaOf = (head: XmlElement, name: string): string | undefined => {
  const meta = childrenNamed(head, 'meta').find((one) => attributeOf(one, 'name') === name);
  return meta && attributeOf(meta, 'content');
};

function tracksIn(head: XmlElement, clips: readonly XmlElement[]): CutTrack[] {
  const kinds = new Map(clips.map((clip) => [attributeOf(clip, 'paramGroup'), clip.name]));
  return childrenNamed(head, 'paramGroup').map((group) => {
    const values = new Map(childrenNamed(group, 'param').map((param) => [attributeOf(param, 'name'), attributeOf(param, 'value')]));
    return {
      id: values.get('track-id') ?? '',
      src: values.get('track-src') ?? '',
      flavor: values.get('track-flavor') ?? '',
      kind: kinds.get(attributeOf(group, 'id', XML_NAMESPACE)) === 'audio' ? 'audio' : 'video',
    };
  });
}

function keptOf(clip: XmlElement): { fromMs: number; toMs: number } {
  const begin = attributeOf(clip, 'clipBegin') ?? '0ms';
  const end = attributeOf(clip, 'clipEnd');
  if (end === undefined) throw new XmlError(`a <${clip.name}> has no clipEnd`);
  const [fromMs, toMs] = [readClock(begin), readClock(end)];
  if (toMs <= fromMs) throw new XmlError(`a stretch ends (${end}) before it begins (${begin})`);
  return { fromMs, toMs };
}

const COUNT = /^(\d{1,12}(?:\.\d{1,9})?)\s*(ms|s|min|h)?$/;
const CLOCK = /^(?:(\d{1,5}):)?(\d{1,2}):(\d{1,2}(?:\.\d{1,9})?)$/;
const UNITS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
]);

/** A clock value of SMIL (`4029ms`, `4.029s`, `00:00:04.029`; without unit: seconds) in milliseconds. */
function readClock(text: string): number {
  const [, number, unit = 's'] = COUNT.exec(text.trim()) ?? [];
  if (number !== undefined) return Math.round(Number(number) * (UNITS.get(unit) ?? 1));
  const [, hours = '0', minutes, seconds] = CLOCK.exec(text.trim()) ?? [];
  if (minutes === undefined) throw new XmlError(`"${text.slice(0, 60)}" is no time, such as 4029ms or 00:00:04.029`);
  return Math.round((Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000);
}
