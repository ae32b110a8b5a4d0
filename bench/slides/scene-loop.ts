import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';

/**
 * Slide changes as Opencast's segment-video finds them (facts/opencast 3.16): FFmpeg's scene filter, with a threshold that
 * is changed until the number of segments is about the wanted one, in three runs at most. Times in milliseconds.
 */
export async function sceneChanges(
  ffmpeg: string,
  path: string,
  durationMs: number,
  goal: SceneGoal,
): Promise<number[]> {
  let [threshold, least, most] = [0.025, 0, Number.NaN];
  let best: { changes: number[]; error: number } | undefined;
  for (let cycle = 0; cycle < 3; cycle++) {
    const raw = await cutsAt(ffmpeg, path, threshold);
    const wanted = (goal.perHour * durationMs) / 3_600_000;
    for (const changes of [raw, stable(raw, durationMs, goal.stableMs)]) {
      const error = Math.abs(changes.length + 1 - wanted) / wanted;
      if (!best || error < best.error) best = { changes, error };
    }
    if (best && best.error <= 0.25) break;
    const isTooMany = raw.length + 1 > wanted;
    if (isTooMany) least = threshold;
    else most = threshold;
    if (isTooMany) threshold = Number.isNaN(most) ? threshold * 2 : (least + most) / 2;
    else threshold = least > 0 ? (least + most) / 2 : threshold / 2;
  }
  return best?.changes ?? [];
}

/** What the loop aims at. */
export interface SceneGoal {
  /** Segments in an hour. */
  perHour: number;
  /** Milliseconds of a segment, below which it is joined with others. */
  stableMs: number;
}

async function cutsAt(ffmpeg: string, path: string, threshold: number): Promise<number[]> {
  const cuts: number[] = [];
  const filter = `select=gt(scene\\,${threshold}),showinfo=checksum=0`;
  await runFfmpeg(ffmpeg, [...quietArgv('info'), '-i', fileUrl(path), '-an', '-vf', filter, '-f', 'null', '-'], {
    onLine(line) {
      const seconds = /Parsed_showinfo.*\bpts_time:([\d.]+)/.exec(line)?.[1];
      const atMs = Number(seconds) * 1000;
      if (seconds !== undefined && atMs - (cuts.at(-1) ?? 0) >= 1000) cuts.push(atMs);
    },
  });
  return cuts;
}

/** Joins short segments: a run of them that is long enough is one segment, a shorter one is divided among its neighbours. */
function stable(cuts: readonly number[], durationMs: number, stableMs: number): number[] {
  const edges = [0, ...cuts, durationMs];
  const result: number[] = [];
  let runFrom: number | undefined;
  for (const [at, fromMs] of edges.slice(0, -1).entries()) {
    const isShort = (edges[at + 1] ?? durationMs) - fromMs <= stableMs;
    if (isShort) runFrom ??= fromMs;
    const toMs = isShort && at < edges.length - 2 ? undefined : fromMs;
    if (toMs === undefined) continue;
    if (runFrom !== undefined && toMs - runFrom >= stableMs) result.push(runFrom, toMs);
    else if (runFrom !== undefined && runFrom > 0) result.push((runFrom + toMs) / 2);
    else if (runFrom === undefined) result.push(toMs);
    runFrom = undefined;
  }
  return [...new Set(result)].filter((atMs) => atMs > 0 && atMs < durationMs);
}
