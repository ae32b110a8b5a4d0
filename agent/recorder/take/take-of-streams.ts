import type { Recording } from '#agent/device/recording.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { RecordingRequest } from '../catalog/new-recording.ts';
import { catalogOfSecond, secondOf } from './second-stream.ts';
import { openTake, type Take, type TakeOptions } from './take.ts';
import { openTakeParts, type TakeParts, type TakePartsOptions } from './take-parts.ts';

type Source = Pick<TakeOptions, 'ring' | 'markKey' | 'layouts'>;

/** Options of `openTakeOfStreams`. */
export interface StreamsOptions
  extends
    Omit<TakeOptions, 'parts' | 'patienceMs' | 'settings'>,
    Omit<TakePartsOptions, 'pattern' | 'beside' | 'stream'> {
  settings: TakeOptions['settings'] & Pick<TakeOptions, 'patienceMs'> & Pick<TakePartsOptions, 'pattern'>;
  /** Packets and key pictures of channel B, for recordings that have it. */
  second?: Source;
  /**
   * Called when channel B cannot be written to any destination (with the reason), and when it can again (undefined).
   */
  onSecondHalt(reason: string | undefined): void;
}

/**
 * Begins a take with the frame that is current now. If the request asks for it, a take of channel B begins beside it
 * with the same frame; if that fails, `onSecondHalt` is called, and the first stream is recorded all the same. If
 * channel B is asked for alone, it is the take.
 */
export function openTakeOfStreams(info: Recording, request: RecordingRequest, options: StreamsOptions): Take {
  const { log, onStop } = options;
  const alone = request.withoutFirst ? options.second : undefined;
  const parts = openParts(info, request, alone ? { ...options, stream: 2 } : options);
  let second: Take | undefined;
  const first = openTake(info, {
    ...takeOptions(options, parts),
    // Slides are those of channel A.
    ...(alone ? { ...alone, layouts: alone.layouts, slides: undefined } : {}),
    // The second take ends with the first one, which may end by itself, at its time.
    onStop: (closed) => onStop(second ? Promise.all([closed, second.stop()]).then(() => undefined) : closed),
  });
  if (request.withSecond && options.second && !alone) second = openSecond(info, request, { options, beside: parts });
  return second ? openPairedTake(first, second, log) : first;
}

function openSecond(
  info: Recording,
  request: RecordingRequest,
  { options, beside }: { options: StreamsOptions; beside: TakeParts },
): Take | undefined {
  try {
    const { second } = options;
    const own = secondOf(info);
    const catalog = catalogOfSecond(options.catalog, info);
    return openTake(own, {
      ...takeOptions(options, openParts(own, request, { ...options, catalog, beside, stream: 2 })),
      ...second,
      layouts: second?.layouts,
      slides: undefined,
      onStop: () => undefined,
      onHalt: (reason) => options.onSecondHalt(reason),
    });
  } catch (error) {
    options.log.error({ take: info.id, error: (error as Error).stack }, 'channel B cannot be recorded');
    options.onSecondHalt(String(error));
    return undefined;
  }
}

function openParts(
  info: Recording,
  { destination }: RecordingRequest,
  options: StreamsOptions & Pick<TakePartsOptions, 'beside' | 'stream'>,
): TakeParts {
  const parts = openTakeParts(info, { ...options, pattern: options.settings.pattern });
  parts.preferred = destination;
  return parts;
}

const takeOptions = (options: StreamsOptions, parts: TakeParts): TakeOptions => ({
  ...options,
  parts,
  patienceMs: options.settings.patienceMs,
});

/**
 * A take of both streams. Each has its own timeline, files and failures; a command takes effect at the same frame in
 * both. A failure of the second does not affect the first.
 */
function openPairedTake(first: Take, second: Take, log: Log): Take {
  const also = <Result>(act: () => Result, otherwise: Result): Result => {
    try {
      return act();
    } catch (error) {
      log.error({ take: first.info.id, error: (error as Error).stack }, 'channel B could not be told');
      return otherwise;
    }
  };
  const nothing = Promise.resolve();
  return {
    info: first.info,
    started: first.started,
    get tracked() {
      return first.tracked;
    },
    async stop() {
      const stopped = first.stop();
      await Promise.all([stopped, also(() => second.stop(), nothing)]);
    },
    pause() {
      first.pause();
      also(() => second.pause(), undefined);
    },
    resume() {
      first.resume();
      also(() => second.resume(), undefined);
    },
    mark(title) {
      first.mark(title);
      also(() => second.mark(title), undefined);
    },
    endAt: (endsAtMs) => first.endAt(endsAtMs),
    moveTo(destination) {
      first.moveTo(destination);
      also(() => second.moveTo(destination), undefined);
    },
    async suspend() {
      const suspended = first.suspend();
      await Promise.all([suspended, also(() => second.suspend(), nothing)]);
    },
  };
}
