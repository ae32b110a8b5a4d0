import { openTurns } from '#lib/runtime/turns.ts';
import { complement, merged, type Interval } from '#lib/media/intervals.ts';
import { BLOCK_MS, blocksOf, PEAK, PER_BLOCK, type Envelope } from './envelope.ts';

/** Blocks after which it is asked whether a turn is over. */
const IN_A_TURN = 4096;

/** What counts as silence. */
export interface SilencesAsked {
  /** Level in dB below which it is silent (-40, as in Opencast). */
  noiseDb?: number;
  /** Length of a silence in milliseconds, at least (10 000). */
  leastMs?: number;
}

/** Rules by which stretches with speech are kept, with Opencast's values (facts/opencast 3.12). */
export interface SpokenRules {
  /** Milliseconds that are kept before speech begins (2000). */
  beforeMs?: number;
  /** Length of a stretch with speech in milliseconds, at least (60 000); a shorter one counts as silence. */
  voiceLeastMs?: number;
}

/**
 * Silences of a sound in a file of this length: at least as long as asked for, with all channels below the level all the time.
 * Before and after its sound a file is silent.
 */
export async function silencesIn(
  envelope: Envelope,
  durationMs: number,
  { noiseDb = -40, leastMs = 10_000 }: SilencesAsked = {},
): Promise<Interval[]> {
  const noise = 10 ** (noiseDb / 20);
  const silences: Interval[] = [];
  const { values } = envelope;
  const blocks = blocksOf(envelope);
  const turns = openTurns();
  let first = 0;
  for (let block = 0; block < blocks; block++) {
    if (block % IN_A_TURN === 0) await turns.over();
    if (values[block * PER_BLOCK + PEAK]! < noise) continue;
    if (block > first) silences.push({ fromMs: first * BLOCK_MS, toMs: block * BLOCK_MS });
    first = block + 1;
  }
  silences.push({ fromMs: first * BLOCK_MS, toMs: durationMs });
  return merged(silences, durationMs).filter(({ fromMs, toMs }) => toMs - fromMs >= leastMs);
}

/** What is kept of a recording so that silences go; the whole if nobody speaks at all. */
export function spokenIn(
  silences: readonly Interval[],
  durationMs: number,
  { beforeMs = 2000, voiceLeastMs = 60_000 }: SpokenRules = {},
): Interval[] {
  const spoken = complement(silences, durationMs).filter(({ fromMs, toMs }) => toMs - fromMs >= voiceLeastMs);
  if (spoken.length === 0) return [{ fromMs: 0, toMs: durationMs }];
  return merged(
    spoken.map(({ fromMs, toMs }) => ({ fromMs: fromMs - beforeMs, toMs })),
    durationMs,
  );
}
