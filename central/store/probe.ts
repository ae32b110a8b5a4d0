import { probe as askFfprobe, type ProbedStream } from '@amphi/lib/ffmpeg/probe.ts';
import type { ElementRow, Stream } from './tables.ts';

/** Streams and length of a file as ffprobe finds them. */
export interface Found {
  streams: Stream[];
  durationMs: number | null;
}

/** What ffprobe finds in a file; or the reason why it cannot be read. */
export type Probed = Found | { problem: string };

/** Examines a file of media. Never throws: a file that cannot be read is kept anyway. */
export async function probe(ffprobe: string, path: string): Promise<Probed> {
  try {
    const { streams, durationMs = null } = await askFfprobe(ffprobe, path);
    return { streams: streams.map(streamOf), durationMs };
  } catch (error) {
    return { problem: (error as Error).message.replaceAll(`file:${path}`, 'the file') };
  }
}

/** Columns for what ffprobe found in a file; undefined: it was not examined. */
export function probedRow(probed: Probed | undefined): Pick<ElementRow, 'streams' | 'duration_ms' | 'problem'> {
  if (!probed) return { streams: null, duration_ms: null, problem: null };
  if ('problem' in probed) return { streams: null, duration_ms: null, problem: probed.problem };
  return { streams: probed.streams, duration_ms: probed.durationMs, problem: null };
}

function streamOf(told: ProbedStream): Stream {
  const { kind, codec = 'unknown', profile, widthPx, heightPx, channels, frames, sampleRateHz, bitrateBps } = told;
  const rate = kind === 'video' && told.framesPerSecond ? { framesPerSecond: told.framesPerSecond } : {};
  const turned = told.isTurned ? { isTurned: true } : {};
  return { kind, codec, profile, widthPx, heightPx, ...turned, channels, ...rate, frames, sampleRateHz, bitrateBps };
}
