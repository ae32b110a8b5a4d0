import { runProgram } from '@amphi/lib/runtime/run-program.ts';
import type { Stream } from '../store/tables.ts';

/** What ffprobe says of a file; or why it cannot be read. */
export type Probed = { streams: Stream[]; durationMs: number | null } | { problem: string };

const TIMEOUT_MS = 60_000;

interface Told {
  codec_type?: string;
  codec_name?: string;
  profile?: string;
  width?: number;
  height?: number;
  avg_frame_rate?: string;
  nb_frames?: string;
  channels?: number;
  sample_rate?: string;
  bit_rate?: string;
}

/** Looks at a file of media. Never throws: a file that cannot be read is kept all the same. */
export async function probe(ffprobe: string, path: string): Promise<Probed> {
  const argv = [
    '-v',
    'error',
    '-print_format',
    'json',
    '-show_format',
    '-show_streams',
    '-protocol_whitelist',
    'file',
    `file:${path}`,
  ];
  const { code, stdout, reason } = await runProgram(ffprobe, argv, { timeoutMs: TIMEOUT_MS });
  if (code !== 0) return { problem: reason.replaceAll(`file:${path}`, 'the file') };
  try {
    const { streams = [], format = {} } = JSON.parse(stdout) as { streams?: Told[]; format?: { duration?: string } };
    const seconds = Number(format.duration);
    return { streams: streams.map(streamOf), durationMs: Number.isFinite(seconds) ? Math.round(seconds * 1000) : null };
  } catch {
    return { problem: 'ffprobe did not answer with JSON' };
  }
}

const KINDS = ['video', 'audio', 'subtitle'] as const;

function streamOf(told: Told): Stream {
  const kind = KINDS.find((one) => one === told.codec_type) ?? 'data';
  const [over = 0, under = 0] = (told.avg_frame_rate ?? '').split('/').map(Number);
  return {
    kind,
    codec: told.codec_name ?? 'unknown',
    profile: told.profile,
    widthPx: told.width,
    heightPx: told.height,
    channels: told.channels,
    ...(kind === 'video' && under > 0 ? { framesPerSecond: over / under } : {}),
    frames: numberIn(told.nb_frames),
    sampleRateHz: numberIn(told.sample_rate),
    bitrateBps: numberIn(told.bit_rate),
  };
}

const numberIn = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
