/** A short real clip, its coded packets, and the hashes of its pictures: what comes out of a player is compared with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Packet, StreamParameters } from '#lib/rtsp/wire/packet.ts';
import type { Mount } from '#lib/rtsp/server/server.ts';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { PATIENCE_MS } from '#test/support/until.ts';

export const FFMPEG = process.env['FFMPEG_PATH'] ?? 'ffmpeg';
export const CLIP_PICTURES = 60;
const RATE = 15;
const GOP = 15;

export interface Clip {
  file: string;
  /** MD5 of each decoded picture, in order. Every picture is different. */
  pictures: string[];
  parameters: StreamParameters;
  packets: Packet[];
  remove(): Promise<void>;
}

/** Everything a program writes to stdout and stderr. Ends it after `timeoutMs`. */
export async function outputOf(
  command: string,
  argv: readonly string[],
  timeoutMs = PATIENCE_MS,
): Promise<{ code: number | undefined; bytes: Buffer; errors: string }> {
  const errors: string[] = [];
  const child = startChild({ command, argv, takes: [1], onStderrLine: (line) => errors.push(line) });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const chunks: Buffer[] = [];
  for await (const chunk of child.take(1)) chunks.push(chunk as Buffer);
  const { code } = await child.died;
  clearTimeout(timer);
  return { code, bytes: Buffer.concat(chunks), errors: errors.join('\n') };
}

export async function makeClip(): Promise<Clip> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-rtsp-'));
  const file = join(folder, 'clip.mp4');
  const made = await outputOf(FFMPEG, [
    ...`-v error -f lavfi -i testsrc2=s=640x360:r=${RATE} -f lavfi -i sine=440:r=48000 -t ${CLIP_PICTURES / RATE}`.split(
      ' ',
    ),
    ...`-pix_fmt yuv420p -c:v libx264 -preset veryfast -g ${GOP} -sc_threshold 0 -bf 0 -b:v 1500k`.split(' '),
    ...'-c:a aac -b:a 80k -ac 2'.split(' '),
    file,
  ]);
  if (made.code !== 0) throw new Error(made.errors);
  const copied = async (...argv: string[]): Promise<Buffer> =>
    (await outputOf(FFMPEG, ['-v', 'error', '-i', file, ...argv, '-'])).bytes;
  const hashes = await copied('-map', '0:v', '-f', 'framemd5');
  const nals = splitNals(await copied('-map', '0:v', '-c', 'copy', '-bsf:v', 'h264_mp4toannexb', '-f', 'h264'));
  const frames = splitAdts(await copied('-map', '0:a', '-c', 'copy', '-f', 'adts'));
  const [sps, pps] = [7, 8].map((type) => nals.find((nal) => (nal[0]! & 0x1f) === type)!);
  return {
    file,
    pictures: hashesIn(hashes.toString()),
    parameters: {
      video: { sps: sps!, pps: pps! },
      audio: { config: Buffer.from('1190', 'hex'), sampleRateHz: 48_000, channels: 2 },
    },
    packets: packetsOf(nals, frames),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The hash column of FFmpeg's framemd5, first stream only. */
export function hashesIn(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('0,'))
    .map((line) => line.split(',')[5]!.trim());
}

/** Pushes the clip again and again in real time; the result stops it. */
export function feed(mount: Mount, clip: Clip): () => void {
  mount.setParameters(clip.parameters);
  const startMs = performance.now();
  const loopTicks = (CLIP_PICTURES / RATE) * 90_000;
  let sent = 0;
  const timer = setInterval(() => {
    for (;;) {
      const packet = clip.packets[sent % clip.packets.length]!;
      const ptsTicks = packet.ptsTicks + Math.floor(sent / clip.packets.length) * loopTicks;
      if (ptsTicks / 90 > performance.now() - startMs) return;
      mount.push({ ...packet, ptsTicks });
      sent += 1;
    }
  }, 5);
  return () => clearInterval(timer);
}

/** ffmpeg sends the clip again and again in real time to an RTSP server. */
export function publish(clip: Clip, url: string, transport: 'tcp' | 'udp'): Child {
  return startChild({
    command: FFMPEG,
    argv: [
      ...'-v error -re -stream_loop -1 -i'.split(' '),
      clip.file,
      ...`-c copy -f rtsp -rtsp_transport ${transport} ${url}`.split(' '),
    ],
  });
}

function packetsOf(nals: readonly Buffer[], frames: readonly Buffer[]): Packet[] {
  const pictures = nals.filter((nal) => [1, 5].includes(nal[0]! & 0x1f));
  const video = pictures.map((nal, index): Packet => ({
    track: 'video',
    ptsTicks: index * 6000,
    key: (nal[0]! & 0x1f) === 5,
    units: [nal],
  }));
  const audio = frames
    .map((frame, index): Packet => ({ track: 'audio', ptsTicks: index * 1920, key: false, units: [frame] }))
    .filter(({ ptsTicks }) => ptsTicks < CLIP_PICTURES * 6000);
  return [...video, ...audio].sort((left, right) => left.ptsTicks - right.ptsTicks);
}

function splitNals(bytes: Buffer): Buffer[] {
  const code = Buffer.from([0, 0, 1]);
  const starts: number[] = [];
  for (let at = bytes.indexOf(code); at >= 0; at = bytes.indexOf(code, at + 3)) starts.push(at);
  return starts.map((start, index) => {
    let end = starts[index + 1] ?? bytes.length;
    while (index + 1 < starts.length && bytes[end - 1] === 0) end -= 1;
    return bytes.subarray(start + 3, end);
  });
}

function splitAdts(bytes: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at + 7 <= bytes.length;) {
    const length = (bytes.readUInt32BE(at + 2) >> 5) & 0x1fff;
    frames.push(bytes.subarray(at + 7, at + length));
    at += length;
  }
  return frames;
}
