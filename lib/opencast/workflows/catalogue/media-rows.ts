import { key, row, type CatalogueRow } from './catalogue-row.ts';
import { FLAG, FLAVOR, FLAVORS, MOMENTS, NUMBER, oneOf, SIZE, TAGS, TEXT, WORDS } from './key-types.ts';
import { BY_TARGETS, bySources, SOURCES, TARGETS, TARGET_TAGS } from './prepare-rows.ts';

const PROFILE = key('encoding-profile', TEXT, 'encoding profile', { required: true });
/** Key of operations that may do with one source. */
const FIRST_ONLY = key('process-first-match-only', FLAG, 'takes only the first source', { or: 'false' });
const PROFILES = key('encoding-profile', WORDS, 'encoding profiles', { required: true });

/** What a box of Amphi says of a film, and the cut list by which its times are reckoned. */
const BOX_TRACKS = [{ flavor: '*/slides' }, { flavor: '*/layout' }, { flavor: 'smil/cutting' }];

/** Operations that make pictures, films and texts of recordings. */
export const MEDIA_ROWS: readonly CatalogueRow[] = [
  row('encode', 'Encodes each source; a profile with several outputs makes several tracks, with its tags.', {
    aliases: ['compose'],
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('encoding-profile', TEXT, 'encoding profile', { required: true, instead: 'encoding-profiles' }),
      key('encoding-profiles', WORDS, 'encoding profiles, each for every source'),
      key('tag-with-profile', FLAG, 'adds the name of the profile as a tag', { or: 'false' }),
      FIRST_ONLY,
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row('composite', 'Puts two pictures into one.', {
    keys: [
      ...['upper', 'lower', 'watermark'].flatMap((part) => [
        key(`source-flavor-${part}`, FLAVOR, `flavor of the ${part} picture`),
        key(`source-tags-${part}`, TAGS, `tags of the ${part} picture`),
      ]),
      key('source-url-watermark', TEXT, 'address of the watermark; it is not fetched: a file of the event is needed'),
      key('source-audio-name', oneOf('both', 'upper', 'lower'), 'whose sound is heard'),
      ...TARGETS,
      PROFILE,
      key('layout', TEXT, 'layout: a name, or JSON'),
      key('layout-NAME', TEXT, 'a layout with a name, as JSON'),
      key('layout-dual', TEXT, 'layout of two pictures; layout without it'),
      key('layout-multiple', TEXT, 'layout of two pictures, as older versions name it'),
      key('layout-single', TEXT, 'layout of one picture'),
      key('output-resolution', SIZE, 'size of the result'),
      key('output-background', TEXT, 'colour behind the pictures', { or: 'black' }),
    ],
    reads: [
      {
        flavors: ['source-flavor-upper', 'source-flavor-lower', 'source-flavor-watermark'],
        tags: ['source-tags-upper', 'source-tags-lower', 'source-tags-watermark'],
      },
    ],
    makes: [BY_TARGETS],
  }),
  row('image', 'Takes stills.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      PROFILES,
      key('time', MOMENTS, 'moments', { required: true }),
      key('target-base-name-format-second', TEXT, 'name of a still by seconds'),
      key('target-base-name-format-percent', TEXT, 'name of a still by percent'),
      FIRST_ONLY,
      key('end-margin', NUMBER, 'milliseconds before the end that are left out', { or: '100' }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row('cover-image', 'Draws a picture with title, speakers and date, by a template of this server.', {
    aliases: ['coverart'],
    keys: [
      key('stylesheet', TEXT, 'address of the XSLT that draws it with Opencast; not run here', { required: true }),
      key('width', NUMBER, 'pixels', { required: true }),
      key('height', NUMBER, 'pixels', { required: true }),
      key('target-flavor', FLAVOR, 'flavor of the picture', { required: true }),
      TARGET_TAGS,
      key('metadata', TEXT, 'XML to draw; without it the description'),
      key('posterimage-flavor', FLAVOR, 'picture in the background'),
      key('posterimage', TEXT, 'address of that picture; not fetched here'),
      key('posterimage-url', TEXT, 'address of that picture; not fetched here'),
      key('episodeFlavor', FLAVOR, 'description of the event', { or: 'dublincore/episode' }),
      key('seriesFlavor', FLAVOR, 'description of the series', { or: 'dublincore/series' }),
    ],
    reads: [{ flavors: ['posterimage-flavor'] }, { flavor: 'dublincore/*' }],
    makes: [BY_TARGETS],
  }),
  row(
    'timelinepreviews',
    'Makes one picture with many small ones, for the timeline. Their number and sizes are tags of it.',
    {
      keys: [...SOURCES, ...TARGETS, key('image-count', NUMBER, 'number of small pictures', { or: '10' }), FIRST_ONLY],
      reads: [bySources({ mode: 'and' })],
      makes: [BY_TARGETS],
    },
  ),
  row('waveform', 'Draws the sound.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('pixels-per-minute', NUMBER, 'width per minute', { or: '200' }),
      key('min-width', NUMBER, 'least width', { or: '5000' }),
      key('max-width', NUMBER, 'greatest width', { or: '20000' }),
      key('height', NUMBER, 'pixels', { or: '500' }),
      key('color', TEXT, 'colours', { or: 'black' }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row(
    'segment-video',
    'Finds slide changes; they become chapters. Takes the slides that an Amphi box found while it recorded (`…/slides`), and looks in the part of the picture where they are (`…/layout`).',
    {
      keys: [...SOURCES, TARGET_TAGS],
      reads: [bySources({ mode: 'and' }), ...BOX_TRACKS],
      makes: [{ flavor: 'mpeg-7/segments', tags: ['target-tags'] }, { flavor: '*/slides+json' }],
    },
  ),
  row('segmentpreviews', 'Takes a still of each chapter.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('reference-flavor', FLAVOR, 'track that the stills belong to; each still has the time of its slide'),
      key('reference-tags', TAGS, 'track that the stills belong to, by tags'),
      PROFILE,
    ],
    reads: [
      bySources({ mode: 'and' }),
      { flavors: ['reference-flavor'], tags: ['reference-tags'], mode: 'and' },
      { flavor: 'mpeg-7/segments' },
      { flavor: '*/slides+json' },
    ],
    makes: [BY_TARGETS],
  }),
  row(
    'extract-text',
    'Reads the words on slides: as a catalog (`mpeg-7/text`), as chapters with titles (`…/chapters+vtt`), and as a PDF of the slides that can be searched (`…/slides+pdf`). Words that a series is known for can be put with it as an element `words`.',
    {
      keys: [...SOURCES, TARGET_TAGS],
      reads: [bySources(), { flavor: 'mpeg-7/segments' }, { flavor: '*/slides+json' }, ...BOX_TRACKS],
      makes: [
        { flavor: 'mpeg-7/text', tags: ['target-tags'] },
        { flavor: '*/chapters+vtt', tags: ['target-tags'] },
        { flavor: '*/slides+pdf', tags: ['target-tags'] },
      ],
    },
  ),
  row(
    'find-faults',
    'Finds faults of sound and picture, and tells them as comments. An operation of this server alone.',
    {
      keys: [
        ...SOURCES,
        TARGET_TAGS,
        key('comments', FLAG, 'writes a comment on the event for each fault', { or: 'true' }),
        key('frozen-flavors', FLAVORS, 'cameras, whose pictures must not stand still', { or: 'presenter/*' }),
        key('frozen-after', NUMBER, 'seconds for which they may', { or: '120' }),
      ],
      reads: [bySources()],
      makes: ['fr', 'en'].map((language) => ({ flavor: `faults/vtt+${language}`, tags: ['target-tags'] })),
    },
  ),
  row('publish-engage', 'Publishes for viewers: files to load, and to stream.', {
    keys: [
      key('download-source-flavors', FLAVORS, 'what can be loaded, by flavors'),
      key('download-source-tags', TAGS, 'what can be loaded, by tags'),
      key('download-target-subflavor', TEXT, 'subtype in the publication'),
      key('download-target-tags', TAGS, 'tags in the publication'),
      key('streaming-source-flavors', FLAVORS, 'what is streamed, by flavors'),
      key('streaming-source-tags', TAGS, 'what is streamed, by tags'),
      key('streaming-target-subflavor', TEXT, 'subtype in the publication'),
      key('streaming-target-tags', TAGS, 'tags in the publication'),
      key('check-availability', FLAG, 'waits until every file can be fetched', { or: 'true' }),
      key('strategy', oneOf('retract', 'merge'), 'replaces all, or adds to what is published', { or: 'retract' }),
      key('merge-only', FLAG, 'does nothing unless it is published', { or: 'false' }),
      key('merge-force-flavors', FLAVORS, 'replaced also when adding', { or: 'dublincore/*,security/*' }),
      key('add-force-flavors', FLAVORS, 'added beside what is there'),
    ],
    reads: [
      { flavors: ['download-source-flavors'], tags: ['download-source-tags'] },
      { flavors: ['streaming-source-flavors'], tags: ['streaming-source-tags'] },
    ],
    publishes: true,
    also: 'publication engage-player',
  }),
  row('retract-engage', 'Takes the publication for viewers back.', { also: 'publication engage-player' }),
  row('publish-configure', 'Publishes to another channel, such as that of the editor.', {
    aliases: ['publish-internal'],
    keys: [
      key('channel-id', TEXT, 'name of the channel', { or: 'internal' }),
      key('url-pattern', TEXT, 'address of the publication, with ${event_id} and others'),
      ...SOURCES,
      key('download-source-flavors', FLAVORS, 'what can be loaded, by flavors'),
      key('download-source-tags', TAGS, 'what can be loaded, by tags'),
      key('streaming-source-flavors', FLAVORS, 'what is streamed, by flavors'),
      key('streaming-source-tags', TAGS, 'what is streamed, by tags'),
      key('check-availability', FLAG, 'waits until every file can be fetched', { or: 'false' }),
      key('with-published-elements', FLAG, 'takes what is published already', { or: 'false' }),
      key('mimetype', TEXT, 'type of the publication', { or: 'text/html' }),
      key('strategy', oneOf('retract', 'merge'), 'replaces all, or adds to what is published', { or: 'retract' }),
      key('mode', oneOf('single', 'mixed', 'bulk'), 'how many jobs distribute it', { or: 'bulk' }),
      key('retract-streaming', FLAG, 'takes streams back before', { or: 'false' }),
    ],
    reads: [
      bySources({
        flavors: ['source-flavor', 'source-flavors', 'download-source-flavors'],
        tags: ['source-tag', 'source-tags', 'download-source-tags'],
      }),
      { flavors: ['streaming-source-flavors'], tags: ['streaming-source-tags'] },
    ],
    publishes: true,
    also: 'publication internal',
  }),
  row('retract-configure', 'Takes the publication of a channel back.', {
    aliases: ['retract-internal'],
    keys: [
      key('channel-id', TEXT, 'name of the channel', { or: 'internal' }),
      key('retract-streaming', FLAG, 'also its streams', { or: 'false' }),
    ],
    also: 'publication internal',
  }),
];
