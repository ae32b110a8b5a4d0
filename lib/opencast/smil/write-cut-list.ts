import { element, XML_NAMESPACE, type XmlElement } from '../xml/xml.ts';
import { formatXml } from '../xml/xml-write.ts';
import { SMIL_NAMESPACE, type CutList, type CutTrack } from './cut-list.ts';

/** Writes a cut list as Opencast's editor does: one `par` for each stretch that is kept, with all tracks. */
export function formatCutList({ mediaPackage, durationMs, tracks, segments }: CutList): string {
  const head = smil('head', 'h-1', {}, [
    mediaPackage === undefined
      ? undefined
      : smil('meta', 'meta-1', { name: 'media-package-id', content: mediaPackage }),
    durationMs === undefined
      ? undefined
      : smil('meta', 'meta-2', { name: 'track-duration', content: milliseconds(durationMs) }),
    ...tracks.map(groupOf),
  ]);
  const stretches = segments.map(({ fromMs, toMs }, at) => {
    const media = tracks.map(({ kind, src }, track) =>
      smil(kind, `${kind[0]}-${at + 1}-${track + 1}`, {
        src,
        paramGroup: `pg-${track + 1}`,
        clipBegin: milliseconds(fromMs),
        clipEnd: milliseconds(toMs),
      }),
    );
    return smil('par', `par-${at + 1}`, {}, media);
  });
  const root = smil('smil', 's-1', { baseProfile: 'Language', version: '3.0' }, [
    head,
    smil('body', 'b-1', {}, stretches),
  ]);
  return formatXml(root, { [SMIL_NAMESPACE]: '' });
}

const milliseconds = (ms: number): string => `${Math.round(ms)}ms`;

function groupOf({ id, src, flavor }: CutTrack, at: number): XmlElement {
  const parameters = [
    ['track-id', id],
    ['track-src', src],
    ['track-flavor', flavor],
  ].flatMap(([name, value], count) =>
    value === undefined ? [] : [smil('param', `param-${at + 1}-${count + 1}`, { name, value, valuetype: 'data' })],
  );
  return smil('paramGroup', `pg-${at + 1}`, {}, parameters);
}

function smil(
  name: string,
  id: string,
  attributes: Readonly<Record<string, string | undefined>>,
  children: readonly (XmlElement | undefined)[] = [],
): XmlElement {
  const made = element(SMIL_NAMESPACE, name, attributes, children);
  return { ...made, attributes: [{ name: 'id', namespace: XML_NAMESPACE, value: id }, ...made.attributes] };
}
