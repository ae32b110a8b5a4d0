import type { Definition } from '#lib/opencast/workflows/definition.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';

/** An operation for tests: its id, its configurations as `key=value`, and attributes as `@name=value`. */
export type Step = readonly [id: string, ...words: string[]];

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

const pairOf = (word: string): [string, string] => {
  const at = word.indexOf('=');
  return [word.slice(0, at), word.slice(at + 1)];
};

/** A definition with these operations, as XML of 2016. */
export function xmlOf(id: string, steps: readonly Step[]): string {
  const operations = steps.map(([name, ...words]) => {
    const attributes = words.filter((word) => word.startsWith('@')).map((word) => pairOf(word.slice(1)));
    const pairs = words.filter((word) => !word.startsWith('@')).map(pairOf);
    return [
      `<operation id="${name}"${attributes.map(([key, value]) => ` ${key}="${escaped(value)}"`).join('')}><configurations>`,
      ...pairs.map(([key, value]) => `<configuration key="${key}">${escaped(value)}</configuration>`),
      '</configurations></operation>',
    ].join('\n');
  });
  return `<definition xmlns="http://workflow.opencastproject.org"><id>${id}</id>\n<operations>\n${operations.join('\n')}\n</operations></definition>`;
}

/** The same as YAML of today. */
export function yamlOf(id: string, steps: readonly Step[]): string {
  const operations = steps.map(([name, ...words]) => {
    const attributes = words.filter((word) => word.startsWith('@')).map((word) => pairOf(word.slice(1)));
    const pairs = words.filter((word) => !word.startsWith('@')).map(pairOf);
    return [
      `  - id: ${name}`,
      ...attributes.map(([key, value]) => `    ${key}: ${JSON.stringify(value)}`),
      ...(pairs.length > 0 ? ['    configurations:'] : []),
      ...pairs.map(([key, value]) => `      - ${key}: ${JSON.stringify(value)}`),
    ].join('\n');
  });
  return `id: ${id}\noperations:\n${operations.join('\n')}\n`;
}

/** The definition of a text that must be one. */
export function definitionOf(text: string): Definition {
  const read = readDefinition(text);
  if ('definition' in read) return read.definition;
  throw new Error(read.mistakes.map(({ line, what }) => `${line}: ${what}`).join('\n'));
}

const COMPOSE = ['source-flavor=*/trimmed', 'target-flavor=*/delivery'] as const;
const TAGS = 'target-tags=engage-download,engage-streaming';

/** The chain of 2016 with four qualities, in our own words (facts/opencast 3.7 has its old ids). */
export const CHAIN_2016: readonly Step[] = [
  ['ingest-download', 'delete-external=true'],
  ['series', 'apply-acl=true'],
  ['tag', 'source-flavors=security/*,dublincore/*', 'target-tags=+archive'],
  ['inspect', 'overwrite=false'],
  ['prepare-av', 'source-flavor=presenter/source', 'target-flavor=presenter/work', 'rewrite=false'],
  ['prepare-av', 'source-flavor=presentation/source', 'target-flavor=presentation/work', 'rewrite=false'],
  ['editor', 'source-flavors=*/work', 'smil-flavors=smil/cutting', 'target-flavor-subtype=trimmed'],
  ['compose', ...COMPOSE, `${TAGS},low-quality`, 'encoding-profile=mp4-low.http'],
  ['compose', ...COMPOSE, `${TAGS},medium-quality`, 'encoding-profile=mp4-medium.http'],
  ['compose', ...COMPOSE, `${TAGS},high-quality`, 'encoding-profile=mp4-high.http'],
  ['compose', ...COMPOSE, `${TAGS},hd-quality`, 'encoding-profile=mp4-hd.http'],
  ['compose', '@fail-on-error=false', ...COMPOSE, 'target-tags=engage-download,rss', 'encoding-profile=mp3.http'],
  ['segment-video', '@fail-on-error=false', 'source-flavor=presentation/trimmed', 'target-tags=engage-download'],
  ['extract-text', '@fail-on-error=false', 'source-flavor=presentation/trimmed', 'target-tags=engage-download'],
  [
    'publish-engage',
    'download-source-flavors=dublincore/*,security/*',
    'download-source-tags=engage-download',
    'streaming-source-tags=engage-streaming',
  ],
  ['archive', '@if=${archiveOp:true}', 'source-tags=archive'],
  ['cleanup', '@fail-on-error=false'],
];
