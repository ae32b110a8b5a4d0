import { open, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { startChild } from '#lib/runtime/child.ts';
import type { ContainerFacts, PictureFacts, SoundFacts } from './result.ts';

const number = z.coerce.number().catch(0);
const Stream = z.object({
  codec_type: z.string().catch(''),
  codec_name: z.string().catch(''),
  profile: z.string().catch(''),
  level: number,
  width: number,
  height: number,
  avg_frame_rate: z.string().catch('0/1'),
  bit_rate: number,
  sample_rate: number,
  channels: number,
  has_b_frames: number,
});
const Probe = z.object({
  streams: z.array(Stream),
  chapters: z
    .array(
      z.object({ start_time: number, end_time: number, tags: z.object({ title: z.string() }).partial().catch({}) }),
    )
    .catch([]),
  format: z.object({
    format_name: z.string(),
    duration: number,
    size: number,
    bit_rate: number,
    tags: z.record(z.string(), z.string()).catch({}),
  }),
});
type Probe = z.infer<typeof Probe>;
const Packets = z.object({
  packets: z.array(z.object({ flags: z.string().catch(''), size: number })).catch([]),
});
type Packets = z.infer<typeof Packets>['packets'];

/** Reads what FFprobe and the file's own boxes tell. Rejects, with FFprobe's words, for a file that is no recording. */
export async function readContainer(file: string, ffprobe = 'ffprobe'): Promise<ContainerFacts> {
  if (!(await stat(file)).isFile()) throw new Error(`${file} is not a file`);
  const probe = Probe.parse(await runFfprobe(ffprobe, file, ['-show_streams', '-show_format', '-show_chapters']));
  if (!probe.streams.some(({ codec_type }) => codec_type === 'video' || codec_type === 'audio'))
    throw new Error(`${file} is no recording: it has neither picture nor sound`);
  const pictures = ['-select_streams', 'v:0', '-show_entries', 'packet=flags,size'];
  const { packets } = Packets.parse(await runFfprobe(ffprobe, file, pictures));
  const { format } = probe;
  return {
    format: format.format_name,
    durationMs: Math.round(format.duration * 1000),
    bytes: format.size,
    bitrateKbps: Math.round(format.bit_rate / 1000),
    fastStart: format.format_name.includes('mp4') ? await isFastStart(file) : undefined,
    picture: pictureFacts(probe, packets),
    sound: soundFacts(probe),
    chapters: probe.chapters.map(({ start_time, end_time, tags }) => ({
      fromMs: Math.round(start_time * 1000),
      toMs: Math.round(end_time * 1000),
      title: tags.title ?? '',
    })),
    tags: format.tags,
  };
}

async function runFfprobe(ffprobe: string, file: string, show: readonly string[]): Promise<unknown> {
  const argv = ['-v', 'error', '-protocol_whitelist', 'file,pipe', '-of', 'json', ...show, `file:${file}`];
  const child = startChild({ command: ffprobe, argv, takes: [1] });
  const out = await text(child.take(1));
  const death = await child.died;
  if (death.code !== 0) throw new Error(`${file} is no recording that FFprobe can read: ${death.reason}`);
  return JSON.parse(out);
}

function pictureFacts({ streams, format }: Probe, packets: Packets): PictureFacts | undefined {
  const stream = streams.find(({ codec_type }) => codec_type === 'video');
  if (!stream) return undefined;
  const [over, under] = stream.avg_frame_rate.split('/').map(Number) as [number, number];
  const keys = packets.flatMap(({ flags }, at) => (flags.includes('K') ? [at] : []));
  const gops = keys.slice(1).map((at, n) => at - (keys[n] as number));
  const bytes = packets.reduce((sum, { size }) => sum + size, 0);
  return {
    widthPx: stream.width,
    heightPx: stream.height,
    codec: stream.codec_name,
    profile: stream.profile,
    level: stream.codec_name === 'h264' && stream.level > 0 ? (stream.level / 10).toFixed(1) : '',
    frameRate: under ? Math.round((over / under) * 1000) / 1000 : 0,
    frames: packets.length,
    bitrateKbps: format.duration > 0 ? Math.round((bytes * 8) / 1000 / format.duration) : 0,
    keyFrames: keys.length,
    gop: { min: Math.min(packets.length, ...gops), max: Math.max(0, ...gops) || packets.length },
    bFrames: stream.has_b_frames > 0,
  };
}

function soundFacts({ streams }: Probe): SoundFacts | undefined {
  const stream = streams.find(({ codec_type }) => codec_type === 'audio');
  return (
    stream && {
      codec: stream.codec_name,
      profile: stream.profile,
      sampleRateHz: stream.sample_rate,
      channels: stream.channels,
      bitrateKbps: Math.round(stream.bit_rate / 1000),
    }
  );
}

const MAX_BOXES = 1000;

/** Whether `moov` precedes the first `mdat` (ISO 14496-12, 4.2). */
async function isFastStart(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const head = Buffer.alloc(16);
    for (let at = 0, boxes = 0; at + 8 <= size && boxes < MAX_BOXES; boxes++) {
      await file.read(head, 0, 16, at);
      const kind = head.toString('latin1', 4, 8);
      if (kind === 'moov') return true;
      if (kind === 'mdat') return false;
      const small = head.readUInt32BE(0);
      const length = small === 1 ? Number(head.readBigUInt64BE(8)) : small;
      if (length < 8) return false;
      at += length;
    }
    return false;
  } finally {
    await file.close();
  }
}
