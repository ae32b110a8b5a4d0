import { z } from 'zod';
import { metadataOf } from '#agent/device/metadata.ts';
import { PLACES, placeOf } from '#agent/device/places.ts';
import type { Metadata } from '#agent/device/state.ts';
import { clockText } from '#lib/sis/dates.ts';
import { recordingView } from '../views/views.ts';
import {
  refuse,
  resource,
  wish,
  type Json,
  type Refusal,
  type Resource,
  type SwisView,
  type Wish,
} from './resource.ts';

/** Metadata fields by their names in SWIS (POD, and the recording profiles of the guide). */
const FIELDS: Readonly<Record<string, keyof Metadata>> = {
  title: 'title',
  creator: 'presenter',
  presenter: 'presenter',
  relation: 'series',
  course_id: 'course',
  course: 'course',
  contributor: 'contributor',
  coverage: 'coverage',
  description: 'description',
  format: 'format',
  language: 'language',
  publisher: 'publisher',
  rights: 'rights',
  copyright: 'rights',
  source: 'source',
  subject: 'subject',
  type: 'type',
};
/** The name with which each field is answered. */
const TOLD = ['title', 'creator', 'relation', 'course_id', 'description'] as const;
const MOST_LETTERS = 127;

/**
 * The metadata in a request. Mistakes do not prevent the recording: a long title is cut, a number becomes text, an
 * unknown field is left out.
 */
function described(given: Record<string, unknown>): Partial<Metadata> {
  const entries = Object.entries(given).flatMap(([key, value]) => {
    const field = Object.hasOwn(FIELDS, key) ? FIELDS[key] : undefined;
    if (!field || !['string', 'number', 'boolean'].includes(typeof value)) return [];
    const text = String(value).replaceAll(/\p{Cc}/gu, ' ');
    return [[field, Array.from(text).slice(0, MOST_LETTERS).join('')]];
  });
  return Object.fromEntries(entries) as Partial<Metadata>;
}

const locationOf = ({ state: { wanted, seen } }: SwisView): string =>
  (wanted.recording.state === 'stopped' ? undefined : seen.recording.destination) ?? wanted.sis.destination;

/** The requests that set the next destination, if it is another one; an unknown one is refused. */
function moveTo({ state: { wanted, seen } }: SwisView, destination: string): readonly Wish[] | Refusal {
  if (destination === wanted.sis.destination) return [];
  const known: string[] = ['auto', ...PLACES, ...seen.disk.map((disk) => disk.destination)];
  if (!destination.split('+').every((part) => known.includes(part)))
    return refuse('E13', `there is no such place; known are ${[...new Set(known)].join(', ')}`);
  return [wish('sis.set', { destination })];
}

/** The file below `/recordings` of SFTP as `/{package}/{file}`; empty if nothing was ever recorded. */
function filenameOf({ state, recordings }: SwisView): string {
  const all = recordings();
  const { take } = recordingView(state);
  const newest = all.reduce<(typeof all)[number] | undefined>(
    (best, one) => (!best || one.startedAtMs > best.startedAtMs ? one : best),
    undefined,
  );
  const entry = all.find(({ id }) => id === take) ?? newest;
  const name = entry?.parts.at(-1)?.name;
  return entry && name ? `/${entry.base}/${name}` : '';
}

const verb = z.enum(['record', 'stop', 'pause']);
type Verb = z.output<typeof verb>;
const control = z.union([
  verb,
  z.object({
    recording: verb,
    location: z.string().max(64).optional(),
    metadata: z.record(z.string(), z.unknown()).optional(),
  }),
]);

const VERBS = { stopped: 'stop', recording: 'record', paused: 'pause' } as const satisfies Record<string, Verb>;

function start(view: SwisView, location: string | undefined, given: Record<string, unknown> | undefined) {
  const { state } = view.state.wanted.recording;
  const metadata = given && described(given);
  if (state !== 'stopped' && metadata) return refuse('E22', 'a recording is running already: stop it first');
  if (state === 'recording') return [];
  if (state === 'paused') return [wish('record.resume', {})];
  const moved = location === undefined ? [] : moveTo(view, location);
  if (!Array.isArray(moved)) return moved as Refusal;
  return [...(moved as Wish[]), wish('record.start', metadata ? { metadata } : {})];
}

const MB = 1024 * 1024;
const UNITS = { B: 1, KB: 1024, MB } as const;

/** Resources of the running recording, or of the last one. */
export const recordResources: readonly Resource[] = [
  resource({
    path: '/record',
    about:
      'The recording: its file below `/recordings` of SFTP (the last one’s when none runs), where it goes, how long it is',
    effect: 'acts',
    source: 'POD',
    confidence: 'B',
    get: (view) => ({
      state: view.state.wanted.recording.state,
      filename: filenameOf(view),
      root_dir_fs: locationOf(view),
      elapsed_time: clockText(recordingView(view.state).elapsedMs),
    }),
    example: {
      state: 'recording',
      filename:
        '/PAES_2016_S2_Informations-generales_20160906_083000/PAES_2016_S2_Informations-generales_20160906_083000_S1R1.mp4',
      root_dir_fs: 'internal',
      elapsed_time: '00:12:41',
    },
  }),
  resource({
    path: '/record/state',
    about: '`stopped`, `recording` or `paused`',
    effect: 'acts',
    source: 'POD, EXPO',
    confidence: 'A',
    get: ({ state }) => state.wanted.recording.state,
    example: 'stopped',
  }),
  resource({
    path: '/record/control',
    about:
      'Starts (`record`, also to go on after a pause), stops, pauses; with a place and a description, or the word alone. ' +
      'The answer repeats what was set. A recording that runs is not described anew: E22',
    effect: 'acts',
    source: 'POD',
    confidence: 'B',
    get: (view) => ({
      recording: VERBS[view.state.wanted.recording.state],
      location: locationOf(view),
      metadata: Object.fromEntries(
        TOLD.map((name): [string, Json] => [name, metadataOf(view.state.wanted)[FIELDS[name] ?? 'title']]),
      ),
    }),
    set: {
      access: 'user',
      value: control,
      wishes(view, value) {
        const { recording, location, metadata } = typeof value === 'string' ? { recording: value } : value;
        if (recording === 'record') return start(view, location, metadata);
        return recording === 'stop' ? [wish('record.stop', {})] : [wish('record.pause', {})];
      },
      told: (value) => value as Json,
      example: {
        recording: 'record',
        location: 'internal',
        metadata: {
          course_id: 'UE3',
          creator: 'Pr É. Lefèvre',
          title: 'Informations générales',
          relation: 'PAES_2016_S2',
        },
      },
    },
    example: {
      recording: 'stop',
      location: 'internal',
      metadata: { title: '', creator: '', relation: '', course_id: '', description: '' },
    },
  }),
  resource({
    path: '/record/{n}',
    numbers: [1],
    about:
      'Where the next recording goes: `internal`, `usbfront`, `usbrear`, `usbrcp`, `auto`, or the name of a destination',
    effect: 'acts',
    source: 'POD',
    confidence: 'B',
    get: ({ state }) => ({ root_dir_fs: state.wanted.sis.destination }),
    set: {
      access: 'admin',
      value: z.object({ root_dir_fs: z.string().max(64) }).partial(),
      wishes: (view, { root_dir_fs = '' }) => moveTo(view, root_dir_fs),
      example: { root_dir_fs: 'internal' },
    },
    example: { root_dir_fs: 'internal' },
  }),
  resource({
    path: '/record/free_space',
    about: 'Space of each place, in KB',
    effect: 'acts',
    source: 'EXPO',
    confidence: 'B',
    get({ state, personality }) {
      const unit = UNITS[personality.swis.spaceUnit];
      const of = (place: (typeof PLACES)[number]): Json[] =>
        state.seen.disk
          .filter(({ destination }) => placeOf(destination) === place)
          .map(({ destination, freeBytes, totalBytes }) => ({
            name: destination,
            used: Math.floor((totalBytes - freeBytes) / unit),
            total: Math.floor(totalBytes / unit),
            free_space: Math.floor(freeBytes / unit),
          }));
      return Object.fromEntries(PLACES.map((place): [string, Json] => [place, of(place)]));
    },
    example: {
      internal: [{ name: 'internal', used: 118_000_000, total: 555_000_000, free_space: 437_000_000 }],
      usbfront: [],
      usbrear: [],
      usbrcp: [],
    },
  }),
];
