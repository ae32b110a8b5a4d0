import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { complement, merged, type Interval } from '#lib/media/intervals.ts';
import { probeWithLength } from '../length.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { soundInputArgv } from './sound-argv.ts';

/** What counts as silence. */
export interface SilencesAsked extends Asked {
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

/** Silences of a file, and its length; all of it is one silence if it has no sound. Rejects with FFmpeg's words. */
export async function findSilences(
  programs: Programs,
  path: string,
  { noiseDb = -40, leastMs = 10_000, signal }: SilencesAsked = {},
): Promise<{ silences: Interval[]; durationMs: number }> {
  const { durationMs, streams } = await probeWithLength(programs, path, { signal });
  if (!streams.some(({ kind }) => kind === 'audio')) return { silences: [{ fromMs: 0, toMs: durationMs }], durationMs };
  const lines: string[] = [];
  await runFfmpeg(
    programs.ffmpeg,
    [
      ...quietArgv('info'),
      ...soundInputArgv(path),
      '-af',
      `silencedetect=noise=${noiseDb}dB:duration=${leastMs / 1000}`,
      '-f',
      'null',
      '-',
    ],
    { signal, onLine: (line) => void (line.includes('silence_') && lines.push(line)) },
  );
  return { silences: silencesIn(lines, durationMs), durationMs };
}

/** Silences in the messages of `silencedetect`: one that does not end lasts to the end. */
export function silencesIn(lines: readonly string[], durationMs: number): Interval[] {
  const silences: Interval[] = [];
  let fromMs: number | undefined;
  for (const line of lines) {
    const [, what, seconds] = /silence_(start|end): (-?[\d.]+)/.exec(line) ?? [];
    if (what === 'start') fromMs = Math.max(0, Number(seconds) * 1000);
    if (what !== 'end' || fromMs === undefined) continue;
    silences.push({ fromMs, toMs: Number(seconds) * 1000 });
    fromMs = undefined;
  }
  if (fromMs !== undefined) silences.push({ fromMs, toMs: durationMs });
  return merged(silences, durationMs).map((one) => ({ fromMs: Math.round(one.fromMs), toMs: Math.round(one.toMs) }));
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
