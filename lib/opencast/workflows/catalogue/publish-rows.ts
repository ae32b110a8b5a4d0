import { key, row, type CatalogueRow } from './catalogue-row.ts';
import { FLAG, FLAVORS, TAGS, TEXT } from './key-types.ts';

const REPOSITORY = key('repository', TEXT, 'name of the repository', { or: 'default' });

/** Operations that publish for harvesters (facts/opencast 3.22). */
export const PUBLISH_ROWS: readonly CatalogueRow[] = [
  row('publish-oaipmh', 'Publishes in a repository of OAI-PMH, which other catalogues read.', {
    keys: [
      REPOSITORY,
      key('download-flavors', FLAVORS, 'what can be loaded, by flavors'),
      key('download-tags', TAGS, 'what can be loaded, by tags'),
      key('streaming-flavors', FLAVORS, 'what is streamed, by flavors'),
      key('streaming-tags', TAGS, 'what is streamed, by tags'),
      key('check-availability', FLAG, 'waits until every file can be fetched', { or: 'true' }),
    ],
    reads: [
      { flavors: ['download-flavors'], tags: ['download-tags'] },
      { flavors: ['streaming-flavors'], tags: ['streaming-tags'] },
    ],
    publishes: true,
    also: 'publication oaipmh',
  }),
  row('republish-oaipmh', 'Replaces elements of what a repository of OAI-PMH has.', {
    keys: [
      REPOSITORY,
      key('source-flavors', FLAVORS, 'elements that replace those there, by flavors'),
      key('source-tags', TAGS, 'elements that replace those there, by tags'),
    ],
    reads: [{ flavors: ['source-flavors'], tags: ['source-tags'] }],
    publishes: true,
    also: 'publication oaipmh',
  }),
  row('retract-oaipmh', 'Takes it back from a repository of OAI-PMH.', {
    keys: [REPOSITORY],
    also: 'publication oaipmh',
  }),
];
