import { metadataOf } from '#agent/device/metadata.ts';
import type { Metadata } from '#agent/device/state.ts';
import type { MetadataKey, recording } from '#lib/sis/families/recording.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import { done, told, wish, type SisWorld, type View } from './world.ts';

type RecordingRow = Extract<(typeof recording)[number], { by: 'device' }>;

/** The metadata field of a key; undefined for the date, which cannot be set. */
const fieldOf = (key: MetadataKey): keyof Metadata | 'systemName' | undefined =>
  key === 'relation' ? 'series' : key === 'system-name' ? 'systemName' : key === 'date' ? undefined : key;

function textOf({ device: { wanted, seen } }: View, key: MetadataKey): string {
  if (key === 'system-name') return wanted.recording.systemName || wanted.hall;
  const { startedAtMs, take = '' } = wanted.recording;
  // The date has the form that the recording's package has (facts/smp351 4).
  if (key === 'date') return startedAtMs === undefined ? '' : wholeSecond(startedAtMs);
  const metadata = metadataOf(wanted);
  const base = seen.recording.take === take ? (seen.recording.base ?? '') : '';
  if (key === 'identifier') return metadata.identifier || base;
  const field = fieldOf(key);
  return field && field !== 'systemName' ? metadata[field] : '';
}

const wholeSecond = (atMs: number): string => new Date(atMs).toISOString().replace(/\.\d+Z$/, 'Z');

/** A text in the form of this protocol: at most 127 characters, since clients read no more. */
const shown = (text: string): string => Array.from(text).slice(0, 127).join('');

const STATES = { stopped: 'stop', recording: 'start', paused: 'pause' } as const;

const SECOND_COPY = 'record.enable.archive';

/** Handlers for recording, destinations and metadata (facts/smp351 2.5). */
export const recordingHandlers: Handlers<RecordingRow, SisWorld> = {
  'record.state': {
    set(view, { state }) {
      const now = view.device.wanted.recording.state;
      if (state === 'stop') return now === 'stopped' ? done(view) : done(view, wish('record.stop', {}));
      if (state === 'start') {
        if (now === 'recording') return done(view);
        return done(view, now === 'paused' ? wish('record.resume', {}) : wish('record.start', {}));
      }
      if (now === 'stopped') return refuse('E14');
      // The pause command resumes a recording that is paused, since some programs use it for both; the reply gives the
      // new state.
      if (now === 'paused') return told(view, { state: 'start' }, wish('record.resume', {}));
      return done(view, wish('record.pause', {}));
    },
    query: ({ device }) => ({ state: STATES[device.wanted.recording.state] }),
  },
  'record.enable.archive': {
    set: (view, { mode }) =>
      done(
        view,
        wish('encoder.set', { stream: 'archive', settings: { recorded: mode !== 'off' } }),
        // The wish for a second copy does not concern the encoder; it is only saved.
        wish('sis.keep', { row: SECOND_COPY, values: mode === 'internal-and-second' ? { mode } : null }),
      ),
    query({ device: { wanted } }) {
      if (!wanted.encoders.archive.recorded) return { mode: 'off' };
      return {
        mode: wanted.sis.kept[SECOND_COPY]?.['mode'] === 'internal-and-second' ? 'internal-and-second' : 'single',
      };
    },
  },
  'record.enable.archive-b': {
    set: (view, { on }) => done(view, wish('encoder.set', { stream: 'archive-b', settings: { recorded: on } })),
    query: ({ device }) => ({ on: device.wanted.encoders['archive-b'].recorded }),
  },
  'record.extend': { act: (view, { minutes }) => done(view, wish('record.extend', { minutes })) },
  'record.mark': { act: (view) => done(view, wish('record.mark', {})) },
  'record.destination': {
    set: (view, { destination }) => done(view, wish('sis.set', { destination })),
    query({ device }) {
      const { destination } = device.wanted.sis;
      return { destination: isKnown(destination) ? destination : 'internal' };
    },
  },
  'record.delay': {
    set: (view, { seconds }) => done(view, wish('sis.set', { countdownSeconds: seconds })),
    query: ({ device }) => ({ seconds: device.wanted.sis.countdownSeconds }),
  },
  'record.thumbnail': {
    set: (view, { size }) => done(view, wish('sis.set', { thumbnails: size })),
    query: ({ device }) => ({ size: device.wanted.sis.thumbnails }),
  },
  'record.metadata': {
    set(view, { key, text }) {
      const field = fieldOf(key);
      return field ? done(view, wish('metadata.set', { [field]: text })) : refuse('E14');
    },
    reset(view, { key }) {
      const field = fieldOf(key);
      return field ? told(view, { text: '' }, wish('metadata.set', { [field]: '' })) : refuse('E14');
    },
    query: (view, { key }) => ({ text: shown(textOf(view, key)) }),
  },
  'record.delete': {
    act: (view, { recording: id }) => done(view, { act: (box) => box.deleteRecording(id) }),
  },
  'record.share.path': { query: ({ facts }) => ({ path: `${facts.network.address}:/var/uf/recordings` }) },
};

const DESTINATIONS = [
  'auto',
  'internal',
  'usbfront',
  'usbrear',
  'usbrcp',
  'internal+auto',
  'internal+usbfront',
  'internal+usbrear',
  'internal+usbrcp',
] as const;
const isKnown = (name: string): name is (typeof DESTINATIONS)[number] =>
  (DESTINATIONS as readonly string[]).includes(name);
