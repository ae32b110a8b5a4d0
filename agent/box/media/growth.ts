import type { GrowthWatch } from '#agent/device/recording.ts';
import type { RecordingPart } from '#agent/device/recording.ts';
import { realClock, withinMs, type Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';

/** Passes on how files grow to a part of the box that is opened later than the recorder. */
export interface GrowthRelay {
  watch: GrowthWatch;
  /** Sets who is told from now on; undefined: nobody ever will be. */
  passTo(watch: GrowthWatch | undefined): void;
}

/**
 * Time in ms for which a part that ended waits for somebody who wants to be told; then it is finished all the same, and
 * its file is sent as a whole.
 */
const PATIENCE_MS = 10_000;

/** Opens the relay. */
export function openGrowthRelay(log: Pick<Log, 'error'>, clock: Clock = realClock): GrowthRelay {
  const { promise: isSet, resolve } = Promise.withResolvers<void>();
  let watch: GrowthWatch | undefined;
  /** The last that is known of each part that grew before anybody wanted to be told. */
  const before = new Map<string, { take: string; part: RecordingPart; bytes: number }>();
  let isOpen = true;
  return {
    watch: {
      durable(take, part, bytes) {
        // An error here would count as one of the disk.
        try {
          if (watch) watch.durable(take, part, bytes);
          else if (isOpen) before.set(`${take}/${part.name}`, { take, part, bytes });
        } catch (error) {
          log.error({ err: error }, 'what was recorded is not sent yet');
        }
      },
      async ends(take, part, end) {
        await withinMs(clock, PATIENCE_MS, isSet);
        await watch?.ends(take, part, end);
      },
    },
    passTo(next) {
      isOpen = false;
      watch = next;
      for (const { take, part, bytes } of before.values()) next?.durable(take, part, bytes);
      before.clear();
      resolve();
    },
  };
}
