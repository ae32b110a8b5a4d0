import { z } from 'zod';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { fileUrl, FOREIGN_FILE_ARGV } from './argv.ts';

/** A stream of a file, as ffprobe reports it. A field that ffprobe does not report is undefined. */
export interface ProbedStream {
  kind: 'video' | 'audio' | 'subtitle' | 'data';
  codec: string | undefined;
  profile: string | undefined;
  /** FFmpeg's number of the level; for H.264 ten times the level. */
  level: number | undefined;
  /** Width and height as it is shown: those of a recording that is turned by a quarter are exchanged. */
  widthPx: number | undefined;
  heightPx: number | undefined;
  /** Whether players turn the picture. */
  isTurned: boolean;
  /** The average number of frames per second. */
  framesPerSecond: number | undefined;
  /** The number of frames that the container reports. */
  frames: number | undefined;
  hasBFrames: boolean;
  channels: number | undefined;
  sampleRateHz: number | undefined;
  bitrateBps: number | undefined;
}

/** A file as ffprobe reports it. */
export interface Probed {
  /** FFmpeg's names of the format: `mov,mp4,m4a,3gp,3g2,mj2`. */
  format: string;
  durationMs: number | undefined;
  bytes: number | undefined;
  bitrateBps: number | undefined;
  tags: Readonly<Record<string, string>>;
  streams: readonly ProbedStream[];
  chapters: readonly { startMs: number; endMs: number; title: string }[];
}

/** Settings of a probe. */
export interface ProbeOptions {
  /** Runs ffprobe and gives its output; throws with its words if it failed. The default stops after a minute. */
  run?: (ffprobe: string, argv: readonly string[]) => Promise<string>;
}

/**
 * Reads format, streams, chapters and tags of a media file. Rejects, with ffprobe's words, for a file that it cannot
 * read.
 */
export async function probe(ffprobe: string, path: string, { run = runFfprobe }: ProbeOptions = {}): Promise<Probed> {
  const told = printed.parse(await askFfprobe(ffprobe, path, SHOWN, run));
  const { format } = told;
  return {
    format: format.format_name ?? '',
    durationMs: format.duration === undefined ? undefined : Math.round(format.duration * 1000),
    bytes: format.size,
    bitrateBps: format.bit_rate,
    tags: format.tags,
    streams: told.streams.map(streamOf),
    chapters: told.chapters.map(({ start_time: start = 0, end_time: end = 0, tags }) => ({
      startMs: Math.round(start * 1000),
      endMs: Math.round(end * 1000),
      title: tags['title'] ?? '',
    })),
  };
}

/** The packets of the first video stream, in the order of the file. Rejects as `probe` does. */
export async function probePackets(
  ffprobe: string,
  path: string,
  { run = runFfprobe }: ProbeOptions = {},
): Promise<{ isKey: boolean; bytes: number }[]> {
  const show = ['-select_streams', 'v:0', '-show_entries', 'packet=flags,size'];
  const told = packets.parse(await askFfprobe(ffprobe, path, show, run));
  return told.packets.map(({ flags = '', size = 0 }) => ({ isKey: flags.includes('K'), bytes: size }));
}

/**
 * Whether the first sound stream has any packet: a file that was cut at once has an empty track. Rejects as `probe`
 * does.
 */
export async function hasSound(
  ffprobe: string,
  path: string,
  { run = runFfprobe }: ProbeOptions = {},
): Promise<boolean> {
  const show = ['-select_streams', 'a:0', '-show_entries', 'packet=flags,size', '-read_intervals', '%+#1'];
  return somePackets.parse(await askFfprobe(ffprobe, path, show, run)).packets.length > 0;
}

const SHOWN = ['-show_format', '-show_streams', '-show_chapters'];

async function askFfprobe(
  ffprobe: string,
  path: string,
  show: readonly string[],
  run: NonNullable<ProbeOptions['run']>,
): Promise<unknown> {
  const argv = ['-v', 'error', ...FOREIGN_FILE_ARGV, '-of', 'json', ...show, '-i', fileUrl(path)];
  const text = await run(ffprobe, argv);
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('ffprobe did not answer with JSON');
  }
}

/** Time in milliseconds for ffprobe; after it the file counts as unreadable. */
const TIMEOUT_MS = 60_000;
/** Bytes of ffprobe's output; with more it is stopped. The packets of four hours at 30 frames/s are a tenth of this. */
const MOST_BYTES = 256 << 20;

async function runFfprobe(ffprobe: string, argv: readonly string[]): Promise<string> {
  const { code, stdout, reason } = await runProgram(ffprobe, argv, { timeoutMs: TIMEOUT_MS, maxBytes: MOST_BYTES });
  if (code !== 0) throw new Error(reason);
  return stdout;
}

// ffprobe writes many numbers as text, and `N/A` for what it does not know.
const number = z.coerce.number().optional().catch(undefined);
const text = z.string().optional().catch(undefined);
const tags = z.record(z.string(), z.string()).catch({});

const stream = z.object({
  codec_type: text,
  codec_name: text,
  profile: text,
  level: number,
  width: number,
  height: number,
  avg_frame_rate: text,
  nb_frames: number,
  has_b_frames: number,
  channels: number,
  sample_rate: number,
  bit_rate: number,
  disposition: z.object({ attached_pic: number }).optional().catch(undefined),
  side_data_list: z
    .array(z.object({ rotation: number }))
    .optional()
    .catch(undefined),
});
const printed = z.object({
  streams: z.array(stream).default([]),
  chapters: z.array(z.object({ start_time: number, end_time: number, tags })).catch([]),
  format: z
    .object({ format_name: text, duration: number, size: number, bit_rate: number, tags })
    .catch({ format_name: undefined, duration: undefined, size: undefined, bit_rate: undefined, tags: {} }),
});
const somePackets = z.object({ packets: z.array(z.unknown()) });
const packets = z.object({ packets: z.array(z.object({ flags: text, size: number })).catch([]) });

const KINDS = ['video', 'audio', 'subtitle'] as const;

function streamOf(told: z.output<typeof stream>): ProbedStream {
  const [over = 0, under = 0] = (told.avg_frame_rate ?? '').split('/').map(Number);
  const turned = told.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0;
  const isUpright = Math.round(turned / 90) % 2 === 0;
  // The cover of a piece of music is no film.
  const isCover = told.disposition?.attached_pic === 1;
  return {
    kind: (isCover ? undefined : KINDS.find((one) => one === told.codec_type)) ?? 'data',
    codec: told.codec_name,
    profile: told.profile,
    level: told.level,
    widthPx: isUpright ? told.width : told.height,
    heightPx: isUpright ? told.height : told.width,
    isTurned: Math.round(turned / 90) % 4 !== 0,
    framesPerSecond: under > 0 ? over / under : undefined,
    frames: told.nb_frames,
    hasBFrames: (told.has_b_frames ?? 0) > 0,
    channels: told.channels,
    sampleRateHz: told.sample_rate,
    bitrateBps: told.bit_rate,
  };
}
