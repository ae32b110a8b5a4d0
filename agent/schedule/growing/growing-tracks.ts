import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { GrowingTracks } from '../recordings.ts';
import { ServerTrouble } from '../server/answer.ts';
import type { GrowingWire } from './growing-wire.ts';
import type { Growth } from './growth.ts';

/**
 * Tells the server which slides and layouts are known of a part while it grows, so that it can read them before the end. All
 * of that is handed over with the recording as well: what fails here is forgotten, and the bytes never wait for it.
 */
export interface TracksTeller {
  /** Tells what is new of a part with an upload, unless another request for this is on its way. Does not wait, does not throw. */
  tell(growth: Growth): void;
  /** Resolves when no request is on its way; whoever closes the requests ends it. */
  idle(): Promise<void>;
}

/** Options of `openTracksTeller`. */
export interface TracksTellerOptions {
  wire: Pick<GrowingWire, 'tracks'>;
  /** What is known of a part; undefined: nothing that could be told. */
  tracksOf: (take: string, part: string) => GrowingTracks | undefined;
  pace: (bytes: number) => Promise<void>;
  clock: Clock;
  log: Log;
}

/** Milliseconds between two looks at what is known of a part. */
const EVERY_MS = 10_000;
/** Characters of a track: the server takes no more. A longer one is handed over at the end alone. */
const MOST_TEXT = 128 << 10;
/** Kinds of failures after which the server is not told of this upload again: an older one does not know the address. */
const NEVER: readonly string[] = ['missing', 'forbidden'];

/** What an upload was told. */
interface Told {
  id: string;
  /** Time (monotonic) before which its part is not looked at again. */
  notBeforeMs: number;
  /** The last text, if the server took it or refused it. */
  text: string;
}

/** Opens the telling. */
export function openTracksTeller({ wire, tracksOf, pace, clock, log }: TracksTellerOptions): TracksTeller {
  const known = new WeakMap<object, Told>();
  let telling: Promise<void> | undefined;

  const send = async (to: Told, tracks: GrowingTracks, text: string): Promise<void> => {
    try {
      await pace(text.length);
      await wire.tracks(to.id, tracks);
      to.text = text;
    } catch (error) {
      const kind = error instanceof ServerTrouble ? error.kind : undefined;
      if (kind !== undefined && NEVER.includes(kind)) to.notBeforeMs = Number.POSITIVE_INFINITY;
      // The same text would be refused again.
      if (kind === 'refused') to.text = text;
      log.debug({ upload: to.id, error: (error as Error).message }, 'slides are told at the end of the recording');
    }
  };
  const look = ({ take, part }: Growth, to: Told): void => {
    const tracks = tracksOf(take, part);
    if (!tracks || Math.max(tracks.layout.length, tracks.slides.length) > MOST_TEXT) return;
    const text = JSON.stringify(tracks);
    if (text !== to.text) telling = send(to, tracks, text).finally(() => (telling = undefined));
  };
  return {
    tell(growth) {
      const { id } = growth;
      if (telling || id === undefined) return;
      const before = known.get(growth);
      const to = before?.id === id ? before : { id, notBeforeMs: 0, text: '' };
      const nowMs = clock.monotonicMs();
      if (nowMs < to.notBeforeMs) return;
      to.notBeforeMs = nowMs + EVERY_MS;
      known.set(growth, to);
      try {
        look(growth, to);
      } catch (error) {
        log.error({ take: growth.take, err: error }, 'what is known of the slides is told at the end of the recording');
      }
    },
    idle: async () => telling,
  };
}
