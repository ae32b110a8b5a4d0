import { open, stat } from 'node:fs/promises';
import { probe, probePackets, type Probed } from '#lib/ffmpeg/probe.ts';
import type { ContainerFacts, PictureFacts, SoundFacts } from './result.ts';

/**
 * Reads what FFprobe reports and what the file's own boxes say. Rejects, with FFprobe's words, for a file that is no
 * recording.
 */
export async function readContainer(file: string, ffprobe = 'ffprobe'): Promise<ContainerFacts> {
  if (!(await stat(file)).isFile()) throw new Error(`${file} is not a file`);
  const unread = (error: Error): never => {
    throw new Error(`${file} is no recording that FFprobe can read: ${error.message}`);
  };
  const probed = await probe(ffprobe, file).catch(unread);
  if (!probed.streams.some(({ kind }) => kind === 'video' || kind === 'audio'))
    throw new Error(`${file} is no recording: it has neither picture nor sound`);
  const packets = await probePackets(ffprobe, file).catch(unread);
  const { format, durationMs = 0, bytes = 0, bitrateBps = 0, chapters, tags } = probed;
  return {
    format,
    durationMs,
    bytes,
    bitrateKbps: Math.round(bitrateBps / 1000),
    fastStart: format.includes('mp4') ? await isFastStart(file) : undefined,
    picture: pictureFacts(probed, packets),
    sound: soundFacts(probed),
    chapters: chapters.map(({ startMs, endMs, title }) => ({ fromMs: startMs, toMs: endMs, title })),
    tags: { ...tags },
  };
}

function pictureFacts(
  { streams, durationMs = 0 }: Probed,
  packets: readonly { isKey: boolean; bytes: number }[],
): PictureFacts | undefined {
  const stream = streams.find(({ kind }) => kind === 'video');
  if (!stream) return undefined;
  const { codec = '', level = 0 } = stream;
  const keys = packets.flatMap(({ isKey }, at) => (isKey ? [at] : []));
  const gops = keys.slice(1).map((at, n) => at - (keys[n] as number));
  const total = packets.reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    widthPx: stream.widthPx ?? 0,
    heightPx: stream.heightPx ?? 0,
    codec,
    profile: stream.profile ?? '',
    level: codec === 'h264' && level > 0 ? (level / 10).toFixed(1) : '',
    frameRate: Math.round((stream.framesPerSecond ?? 0) * 1000) / 1000,
    frames: packets.length,
    bitrateKbps: durationMs > 0 ? Math.round((total * 8) / durationMs) : 0,
    keyFrames: keys.length,
    gop: { min: Math.min(packets.length, ...gops), max: Math.max(0, ...gops) || packets.length },
    bFrames: stream.hasBFrames,
  };
}

function soundFacts({ streams }: Probed): SoundFacts | undefined {
  const stream = streams.find(({ kind }) => kind === 'audio');
  return (
    stream && {
      codec: stream.codec ?? '',
      profile: stream.profile ?? '',
      sampleRateHz: stream.sampleRateHz ?? 0,
      channels: stream.channels ?? 0,
      bitrateKbps: Math.round((stream.bitrateBps ?? 0) / 1000),
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
