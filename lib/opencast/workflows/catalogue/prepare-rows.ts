import { key, row, type CatalogueRow, type Reads } from './catalogue-row.ts';
import { DECIMAL, FLAG, FLAVOR, FLAVORS, NUMBER, oneOf, RATE, SIZE, TAGS, TEXT, WORDS } from './key-types.ts';

/** Keys that select sources, in all spellings that versions of Opencast have. */
export const SOURCES = [
  key('source-flavor', FLAVORS, 'flavors of the sources'),
  key('source-flavors', FLAVORS, 'flavors of the sources'),
  key('source-tag', TAGS, 'tags of the sources'),
  key('source-tags', TAGS, 'tags of the sources'),
];
/** The selection by `SOURCES`. */
export const bySources = (more: Reads = {}): Reads => ({
  flavors: ['source-flavor', 'source-flavors'],
  tags: ['source-tag', 'source-tags'],
  ...more,
});
export const TARGET_FLAVOR = key('target-flavor', FLAVOR, 'flavor of the result; * takes that side of the source');
export const TARGET_TAGS = key('target-tags', TAGS, 'tags of the result');
export const TARGETS = [TARGET_FLAVOR, TARGET_TAGS];
/** The result by `TARGETS`. */
export const BY_TARGETS = { flavors: ['target-flavor'], tags: ['target-tags'] };

/** Operations that bring material in and make it ready. */
export const PREPARE_ROWS: readonly CatalogueRow[] = [
  row(
    'ingest-download',
    'Makes sure that all files are there. What a recorder names by an address is fetched before it is kept.',
    {
      keys: [
        ...SOURCES,
        key('delete-external', FLAG, 'accepted: nothing is ever deleted on other hosts', { or: 'false' }),
        key('tags-and-flavors', FLAG, 'takes only elements that have a flavor and a tag', { or: 'false' }),
      ],
      reads: [bySources({ flavor: '*/*' })],
      makes: [{ flavor: '*/*' }],
      changes: true,
      brings: true,
    },
  ),
  row('inspect', 'Finds length, streams, sizes and checksums of files.', {
    keys: [
      ...SOURCES,
      key('overwrite', FLAG, 'also of elements that have them', { or: 'false' }),
      key('accept-no-media', FLAG, 'goes on without any track', { or: 'false' }),
      key('accurate-frame-count', FLAG, 'counts every picture, which takes long', { or: 'false' }),
    ],
    reads: [bySources({ flavor: '*/*' })],
    inspects: true,
  }),
  row('series', 'Adds description and access list of the series.', {
    keys: [
      key('series', TEXT, 'id of the series; without it that of the event'),
      key('attach', FLAVORS, 'flavors of catalogs that are added', { or: '*' }),
      key('apply-acl', FLAG, 'adds the access list; it counts for events without one in any case', { or: 'false' }),
      key(
        'copy-metadata',
        WORDS,
        'fields that the event takes over if it does not have them, such as license or {namespace}name',
      ),
      key('default-namespace', TEXT, 'namespace of these fields'),
    ].map((one) => (one.name === 'attach' ? { ...one, type: WORDS } : one)),
    makes: [{ flavor: 'dublincore/*' }, { flavor: 'security/*' }],
  }),
  row('tag', 'Changes tags or flavor of elements.', {
    keys: [...SOURCES, ...TARGETS, key('copy', FLAG, 'changes a copy, not the element', { or: 'false' })],
    reads: [bySources()],
    makes: [BY_TARGETS],
    changes: true,
  }),
  row('clone', 'Copies elements under another flavor.', {
    keys: [...SOURCES, ...TARGETS],
    reads: [bySources({ mode: 'and' })],
    makes: [BY_TARGETS],
  }),
  row('select-tracks', 'Chooses which picture and sound of each source is used.', {
    aliases: ['select-streams'],
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('audio-muxing', oneOf('none', 'force', 'select-audio', 'duplicate'), 'which tracks get sound', {
        or: 'none',
      }),
      key('force-target', TEXT, 'type that gets the sound, with force', { or: 'presenter' }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row('prepare-av', 'Joins picture and sound of a source (before version 3).', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('rewrite', FLAG, 'writes the container anew', { or: 'true' }),
      key('promiscuous-audio-muxing', FLAG, 'takes sound of another source if there is none', { or: 'false' }),
      key(
        'audio-muxing-source-flavors',
        WORDS,
        'flavors whose sound may be taken, the first one first; ? is that side of the source',
      ),
      key('mux-encoding-profile', TEXT, 'profile that joins picture and sound'),
      key('audio-video-encoding-profile', TEXT, 'profile for picture and sound'),
      key('video-encoding-profile', TEXT, 'profile for picture alone'),
      key('audio-encoding-profile', TEXT, 'profile for sound alone'),
    ],
    reads: [bySources(), { flavors: ['audio-muxing-source-flavors'] }],
    makes: [BY_TARGETS],
  }),
  row('partial-import', 'Joins pieces of recordings that an import brought, by their times.', {
    keys: [
      key('source-presenter-flavor', FLAVOR, 'pieces of the camera'),
      key('source-presentation-flavor', FLAVOR, 'pieces of the slides'),
      key('source-smil-flavor', FLAVOR, 'catalog with the times of the pieces', { required: true }),
      key('target-presenter-flavor', FLAVOR, 'flavor of the camera', { required: true }),
      key('target-presentation-flavor', FLAVOR, 'flavor of the slides', { required: true }),
      TARGET_TAGS,
      key('concat-encoding-profile', TEXT, 'profile that joins', { required: true }),
      key('concat-output-framerate', RATE, 'pictures per second', { or: '-1.0' }),
      key('preencode-encoding-profile', TEXT, 'profile for pieces before they are joined'),
      key('trim-encoding-profile', TEXT, 'profile that cuts at the ends', { required: true }),
      key('force-encoding', FLAG, 'encodes also what fits', { or: 'false' }),
      key('force-encoding-profile', TEXT, 'profile for that'),
      key('required-extensions', WORDS, 'endings that need no encoding'),
      key('enforce-divisible-by-two', FLAG, 'makes sizes even', { or: 'false' }),
    ],
    reads: [{ flavors: ['source-presenter-flavor', 'source-presentation-flavor', 'source-smil-flavor'] }],
    makes: [{ flavors: ['target-presenter-flavor', 'target-presentation-flavor'], tags: ['target-tags'] }],
    brings: true,
  }),
  row('theme', 'Brings intro, outro, title slide and watermark of the theme, and sets theme_… variables.', {
    keys: [
      ...['bumper', 'trailer', 'title-slide', 'watermark'].flatMap((part) => [
        key(`${part}-flavor`, FLAVOR, `flavor of the ${part}`),
        key(`${part}-tags`, TAGS, `tags of the ${part}`),
      ]),
      key('watermark-layout', TEXT, 'variable with the layout'),
      key('watermark-layout-variable', TEXT, 'variable that the layout is written to'),
    ],
    makes: ['bumper', 'trailer', 'title-slide', 'watermark'].map((part) => ({
      flavors: [`${part}-flavor`],
      tags: [`${part}-tags`],
    })),
    sets: { like: /^theme_/ },
    brings: true,
  }),
  row('editor', 'Cuts recordings and captions as a person has marked it; may wait for that person.', {
    keys: [
      ...SOURCES,
      key('preview-flavors', FLAVORS, 'what the editor shows', { or: '*/preview' }),
      key('smil-flavors', FLAVORS, 'cut lists', { or: 'smil/cutting' }),
      key('target-smil-flavor', FLAVOR, 'flavor of the list that was applied', { or: 'smil/cutting' }),
      key('target-flavor-subtype', TEXT, 'subtype of what is left', { or: 'trimmed' }),
      key('skipped-flavors', FLAVORS, 'taken instead if nothing is cut'),
      key('skip-if-not-trimmed', FLAG, 'makes nothing if nothing is cut', { or: 'false' }),
      key('skip-processing', FLAG, 'keeps the list and cuts nothing', { or: 'false' }),
      key('interactive', FLAG, 'waits until a person has cut', { or: 'false' }),
      key(
        'leave-out-wrong-captions',
        FLAG,
        'tells captions that cannot be used as a comment, and goes on; Opencast has no such key',
        {
          or: 'false',
        },
      ),
      TARGET_TAGS,
    ],
    gateBy: 'interactive',
    reads: [
      bySources({ flavor: '*/work' }),
      { flavors: ['smil-flavors'], flavor: 'smil/cutting' },
      { flavors: ['skipped-flavors'] },
    ],
    makes: [
      { subtype: 'target-flavor-subtype', flavor: '*/trimmed', tags: ['target-tags'] },
      { flavors: ['target-smil-flavor'], flavor: 'smil/cutting' },
    ],
  }),
  row('trim', 'Waits until somebody has cut the recording, and cuts it (before version 2; now editor).', {
    keys: [
      key('source-flavor', FLAVORS, 'recordings', { required: true }),
      key('target-flavor-subtype', TEXT, 'subtype of what is left', { or: 'trimmed' }),
      TARGET_TAGS,
      key('encoding-profile', TEXT, 'accepted: cuts keep the encoding of the recording'),
      key('duration-threshold', NUMBER, 'accepted, without effect'),
    ],
    reads: [{ flavors: ['source-flavor'] }, { flavor: 'smil/cutting' }],
    makes: [{ subtype: 'target-flavor-subtype', flavor: '*/trimmed', tags: ['target-tags'] }],
    order: 'gate',
  }),
  row(
    'normalize-audio',
    'Makes recordings equally loud: by EBU R128, or by the mean level with target-decibel. With the flavor of the source the result takes its place.',
    {
      aliases: ['normalize'],
      keys: [
        ...SOURCES,
        ...TARGETS,
        key('target-decibel', DECIMAL, 'mean level (RMS, dB) in place of the loudness, such as -30'),
        key('target-lufs', DECIMAL, 'loudness (EBU R128, LUFS); Opencast has no such key', { or: '-16' }),
        key('force-transcode', FLAG, 'has no effect: sound is always encoded anew, the picture never', { or: 'false' }),
      ],
      reads: [bySources()],
      makes: [BY_TARGETS],
    },
  ),
  row('analyze-audio', 'Measures the loudness of tracks and keeps it with them.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('force-transcode', FLAG, 'has no effect: every format is measured as it is', { or: 'false' }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
    changes: true,
  }),
  row('speechtotext', 'Writes captions from what is spoken.', {
    aliases: ['speech-to-text'],
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('language-code', TEXT, 'language that is spoken'),
      key('language-fallback', TEXT, 'language if none is known'),
      key('track-selection-strategy', TEXT, 'which track is heard: presenter_or_nothing, try_presenter, everything'),
      key('limit-to-one', FLAG, 'hears one track only', { or: 'false' }),
      key('async', FLAG, 'has no effect: others go on meanwhile in any case', { or: 'false' }),
      key('if-no-captions', FLAG, 'does nothing if there are captions already; Opencast has no such key', {
        or: 'false',
      }),
      key('translate', FLAG, 'writes English; has no effect here', { or: 'false' }),
      key('placement', TEXT, 'as track or as attachment', { or: 'track' }),
      key('target-element', TEXT, 'as track or as attachment', { or: 'track' }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row('burn-captions', 'Makes films in whose picture the captions are. Opencast has no such operation.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('captions-source-flavors', FLAVORS, 'flavors of the captions', { or: 'captions/*' }),
      key('language', TEXT, 'language of the captions, such as `fr`; any without it'),
      key('encoding-profile', TEXT, 'encoding profile, with the variable `#{captions}` among its filters', {
        or: 'burnt-captions.http',
      }),
    ],
    reads: [bySources(), { flavors: ['captions-source-flavors'] }],
    makes: [BY_TARGETS],
  }),
  row('subtitle-timeshift', 'Moves captions by the length of an intro.', {
    keys: [
      key('subtitle-source-flavor', FLAVOR, 'captions', { required: true }),
      key('video-source-flavor', FLAVOR, 'the intro', { required: true }),
      ...TARGETS,
    ],
    reads: [{ flavors: ['subtitle-source-flavor', 'video-source-flavor'] }],
    makes: [BY_TARGETS],
  }),
  row('silence', 'Finds stretches in which nobody speaks, as proposals to cut.', {
    keys: [
      ...SOURCES,
      key('smil-flavor-subtype', TEXT, 'subtype of the list', { or: 'smil' }),
      key('reference-tracks-flavor', FLAVORS, 'tracks that the list is about', { required: true }),
      key('export-segments-duration', FLAG, 'sets variables with the lengths', { or: 'false' }),
      TARGET_TAGS,
    ],
    reads: [bySources(), { flavors: ['reference-tracks-flavor'] }],
    makes: [{ subtype: 'smil-flavor-subtype', flavor: '*/smil', tags: ['target-tags'] }],
  }),
  row('zip', 'Packs elements into one file, with a media package that names them.', {
    keys: [
      key('zip-collection', TEXT, 'name of a collection of Opencast; has no effect here', { or: 'zip' }),
      key('include-flavors', FLAVORS, 'flavors of what is packed', { or: '*/*' }),
      ...TARGETS,
      key('compression', FLAG, 'makes it smaller', { or: 'false' }),
    ],
    reads: [{ flavors: ['include-flavors'], flavor: '*/*' }],
    makes: [{ ...BY_TARGETS, flavor: 'archive/zip' }],
  }),
  row(
    'copy',
    'Copies one file into a folder that the configuration allows (`copyFolders`). Never overwrites another file.',
    {
      keys: [
        ...SOURCES,
        key('target-directory', TEXT, 'the folder', { required: true }),
        key('target-filename', TEXT, 'name without ending; %d or %03d is the first number that is free'),
      ],
      reads: [bySources({ mode: 'and' })],
    },
  ),
  row('image-to-video', 'Makes a film of a picture.', {
    keys: [
      ...SOURCES,
      ...TARGETS,
      key('duration', DECIMAL, 'seconds', { required: true }),
      key('profile', TEXT, 'encoding profile', { required: true }),
    ],
    reads: [bySources()],
    makes: [BY_TARGETS],
  }),
  row('concat', 'Joins parts one after the other.', {
    keys: [
      key('source-flavor-part-N', FLAVOR, 'part number N, by flavor'),
      key('source-tag-part-N', TAGS, 'part number N, by tags'),
      key('source-tags-part-N', TAGS, 'part number N, by tags'),
      key('source-flavor-part-N-mandatory', FLAG, 'fails without this part', { or: 'false' }),
      key('source-tag-part-N-mandatory', FLAG, 'fails without this part', { or: 'false' }),
      key('source-tags-part-N-mandatory', FLAG, 'fails without this part', { or: 'false' }),
      key('source-flavor-numbered-files', FLAVOR, 'all parts, in the order of their names'),
      key('encoding-profile', TEXT, 'encoding profile', { or: 'concat.work' }),
      ...TARGETS,
      key('output-resolution', SIZE, 'size of the result'),
      key('output-framerate', RATE, 'pictures per second', { or: '-1' }),
      key('same-codec', FLAG, 'copies without encoding', { or: 'false' }),
      key('number-of-parts', NUMBER, 'number of parts'),
    ],
    reads: [
      {
        flavors: ['source-flavor-part-N', 'source-flavor-numbered-files'],
        tags: ['source-tag-part-N', 'source-tags-part-N'],
      },
    ],
    makes: [BY_TARGETS],
  }),
];
