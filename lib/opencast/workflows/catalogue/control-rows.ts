import { key, row, type CatalogueRow } from './catalogue-row.ts';
import { CONDITION, FLAG, FLAVOR, FLAVORS, NUMBER, oneOf, TEXT, WORDS } from './key-types.ts';
import { bySources, SOURCES, TARGET_TAGS } from './prepare-rows.ts';

/** Operations that keep, tell and decide. */
export const CONTROL_ROWS: readonly CatalogueRow[] = [
  row('snapshot', 'Keeps elements as a new version of the event; without keys all. Files are not copied.', {
    aliases: ['archive'],
    keys: [...SOURCES],
    reads: [bySources({ flavor: '*/*' })],
    also: 'versions',
  }),
  row(
    'cleanup',
    'Removes what the run made and nobody needs. Files of versions and publications stay; after a failure all does.',
    {
      keys: [
        key('preserve-flavors', FLAVORS, 'flavors that stay'),
        key('delete-external', FLAG, 'accepted: nothing is ever deleted on other hosts', { or: 'false' }),
        key('delay', NUMBER, 'accepted: nothing has to be waited for', { or: '1' }),
      ],
      order: 'all',
    },
  ),
  row(
    'asset-delete',
    'Deletes the event with all its versions, and the run with it. It must have been taken back before.',
    {
      keys: [key('keep-last-snapshot', FLAG, 'only the versions before the newest one are deleted', { or: 'false' })],
      order: 'all',
    },
  ),
  row('defaults', 'Sets variables that have no value. Each key is a variable.', {
    anyKey: 'name of a variable',
    sets: 'keys',
  }),
  row('include', 'Does the operations of another definition in its place.', {
    keys: [
      key(
        'workflow-id',
        TEXT,
        'id of the definition; its variables are those that the run begins with, or their defaults',
        { required: true },
      ),
    ],
    order: 'all',
  }),
  row(
    'comment',
    'Writes, resolves or deletes a comment on the event. The same comment is not written twice; it is opened again.',
    {
      keys: [
        key('action', oneOf('create', 'resolve', 'delete'), 'what is done', { or: 'create' }),
        key(
          'reason',
          TEXT,
          'key of the reason, EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.…; alone it names the first comment with it',
        ),
        key('description', TEXT, 'words of the comment; needed to create one', { required: true, instead: 'reason' }),
      ],
      also: 'comments',
    },
  ),
  row(
    'send-email',
    'Sends a mail to the mail server of the configuration. Its texts are templates; what they do not understand stays.',
    {
      aliases: ['email'],
      keys: [
        key('to', WORDS, 'addresses, with names or without, 200 at most with copies', { required: true }),
        key('cc', WORDS, 'addresses for copies'),
        key('bcc', WORDS, 'addresses for hidden copies'),
        key('subject', TEXT, 'subject, such as ${mediaPackage.title} is ready', { required: true }),
        key('body', TEXT, 'text; without it title and id'),
        key('body-html', TEXT, 'text as HTML; values are escaped'),
        key(
          'body-template-file',
          TEXT,
          'name of a template for the text: ours is errorDetails, others are of the configuration',
        ),
        key('body-html-template-file', TEXT, 'name of a template for the HTML'),
        key('use-html', FLAG, 'the text is HTML', { or: 'false' }),
        key('address-separator', TEXT, 'signs between addresses', { or: ',' }),
        key('skip-invalid-address', FLAG, 'leaves wrong addresses out', { or: 'false' }),
      ],
      order: 'last',
    },
  ),
  row(
    'http-notify',
    'Tells an address that a workflow has come here, by a form with subject, message, workflowInstanceId and mediaPackageId.',
    {
      keys: [
        key('url', TEXT, 'the address, of a registered agent or a host that fetchFrom allows', { required: true }),
        key('subject', TEXT, 'subject'),
        key('message', TEXT, 'message'),
        key('method', oneOf('post', 'put', 'POST', 'PUT'), 'HTTP method', { or: 'post' }),
        key('max-retry', NUMBER, 'number of attempts, 20 at most, within three minutes', { or: '5' }),
        key('timeout', NUMBER, 'seconds for an answer, 60 at most', { or: '10' }),
      ],
      order: 'last',
    },
  ),
  row(
    'log',
    'Writes the media package and the state of the run, as they are then; without keys the media package as JSON.',
    {
      keys: [
        key(
          'directory',
          TEXT,
          'folder of the files, below one that the configuration allows; without it they go into the log of the operation',
        ),
        key('mediapackage-type', oneOf('none', 'xml', 'json'), 'writes the media package', { or: 'none' }),
        key('mediapackage-json', FLAG, 'writes the media package', { or: 'false' }),
        key('mediapackage-xml', FLAG, 'writes the media package', { or: 'false' }),
        key('workflowinstance-type', oneOf('none', 'xml', 'json'), 'writes the workflow', { or: 'none' }),
        key('workflowinstance-json', FLAG, 'writes the workflow', { or: 'false' }),
        key('workflowinstance-xml', FLAG, 'writes the workflow', { or: 'false' }),
      ],
      order: 'last',
    },
  ),
  row(
    'caption',
    'Waits until somebody has brought captions (before version 2); takes those of the newest version of the event.',
    {
      keys: [TARGET_TAGS],
      makes: [{ flavor: 'captions/*', tags: ['target-tags'] }],
      order: 'gate',
    },
  ),
  row(
    'duplicate-event',
    'Makes further events with the same files, which are not copied. Variables get their ids: duplicate_media_package_ids.',
    {
      keys: [
        ...SOURCES,
        TARGET_TAGS,
        key('number-of-events', NUMBER, 'number of copies', { required: true }),
        key('max-number-of-events', NUMBER, 'number that may be asked for, 1000 at most', { or: '1000' }),
        key('property-namespaces', WORDS, 'accepted: the access list always goes along'),
        key('copy-number-prefix', TEXT, 'word before the number in the title', { or: 'copy' }),
        key('no-suffix', FLAG, 'leaves word and number out', { or: 'false' }),
        key('set-series-id', TEXT, 'series of the copies; without it that of the event'),
        key('set-title', TEXT, 'title; without it that of the event'),
        key(
          'set-start-date-time',
          TEXT,
          'time of the description, such as 2026-12-02T08:00:00Z; without it that of the event',
        ),
      ],
      reads: [bySources()],
      sets: { like: /^duplicate_media_package_/ },
    },
  ),
  row('start-workflow', 'Begins a workflow for other events, with the other keys as its values.', {
    keys: [
      key('media-packages', WORDS, 'ids of events', { required: true }),
      key('workflow-definition', TEXT, 'id of the definition', { required: true }),
    ],
    anyKey: 'value of the workflow',
    order: 'last',
  }),
  row(
    'error-resolution',
    'Waits for a person, who resumes the run or stops it. An operation with retry-strategy hold does so itself.',
    {
      keys: [key('retryStrategy', oneOf('none', 'retry', 'hold'), 'accepted: what a person chose')],
      order: 'gate',
    },
  ),
  row('analyze-tracks', 'Sets variables about tracks: TYPE_SUBTYPE_video, …_audio, …_resolution_y and others.', {
    keys: [
      ...SOURCES,
      key('fail-no-tracks', FLAG, 'fails without a track', { or: 'false' }),
      key('aspect-ratio', WORDS, 'ratios to which ..._aspect_snap is rounded, such as 4/3,16/9'),
    ],
    reads: [bySources()],
    sets: 'of tracks',
  }),
  row('analyze-mediapackage', 'Sets variables about all elements: TYPE_SUBTYPE_exists and others.', {
    keys: [
      ...SOURCES,
      key('set-tag-variables', FLAG, 'also about tags: TYPE_SUBTYPE_hastag_TAG', { or: 'false' }),
      key('set-publication-variables', FLAG, 'also about publications: publication_CHANNEL_exists', { or: 'false' }),
      key('set-flavor-variables', FLAG, 'about flavors', { or: 'true' }),
    ],
    reads: [bySources({ flavor: '*/*' })],
    sets: { like: /_(?:exists$|hastag_|filename$|type$)/ },
  }),
  row('configure-by-dcterm', 'Sets variables if a field of the description, as it is now, has a value.', {
    keys: [
      key('dccatalog', oneOf('episode', 'series'), 'whose description', { required: true }),
      key('dcterm', TEXT, 'name of the field', { required: true }),
      key('match-value', TEXT, 'value that it must have', { required: true }),
      key('default-value', TEXT, 'value of a field that is not there'),
    ],
    anyKey: 'name of a variable',
    reads: [{ flavor: 'dublincore/*' }],
    sets: 'keys',
  }),
  row('conditional-config', 'Sets a variable by the first condition that holds.', {
    keys: [
      key('configuration-name', TEXT, 'name of the variable', { required: true }),
      key('condition-NAME', CONDITION, 'a condition; they are tried in the order of their names'),
      key('value-NAME', TEXT, 'value if the condition of this name holds'),
      key('no-match', TEXT, 'value if none holds'),
    ],
    sets: { key: 'configuration-name' },
  }),
  row('import-wf-properties', 'Sets variables from a file of the event (Java properties, 64 KB at most).', {
    keys: [
      key('source-flavor', FLAVOR, 'the file', { required: true }),
      key('keys', WORDS, 'variables that are taken; without it all'),
    ],
    reads: [{ flavors: ['source-flavor'] }],
    sets: 'any',
  }),
  row('export-wf-properties', 'Writes variables into a file of the event (Java properties).', {
    keys: [
      key('target-flavor', FLAVOR, 'flavor of the file', { required: true }),
      TARGET_TAGS,
      key('keys', WORDS, 'variables that are written; without it all'),
    ],
    makes: [{ flavors: ['target-flavor'], tags: ['target-tags'] }],
    also: 'any variable',
  }),
];
