import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { once } from 'node:events';
import { promisify } from 'node:util';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import { openTsDemux } from '#lib/media/ts-demux.ts';
import { madeOnce } from './made-once.ts';

/** Size of a picture, which shows its number as 16 black or white blocks that survive coding. */
export const SIZE_PX = 64;
export const FPS = 15;
export const FRAME_TICKS = 6000;
const BLOCK_PX = 16;

export interface NumberedStream {
  parameters: StreamParameters;
  /** Packets in the order of decoding; PTS of picture n is n * FRAME_TICKS + leadTicks. */
  video: Packet[];
  audio: Packet[];
}

function picture(number: number): Buffer {
  const luma = Buffer.alloc(SIZE_PX * SIZE_PX, 16);
  for (let bit = 0; bit < 16; bit++) {
    if (((number >> bit) & 1) === 0) continue;
    const [left, top] = [(bit % 4) * BLOCK_PX, Math.floor(bit / 4) * BLOCK_PX];
    for (let y = top; y < top + BLOCK_PX; y++) luma.fill(235, y * SIZE_PX + left, y * SIZE_PX + left + BLOCK_PX);
  }
  return Buffer.concat([luma, Buffer.alloc((SIZE_PX * SIZE_PX) / 2, 128)]);
}

const numberOf = (luma: Buffer): number =>
  Array.from({ length: 16 }, (_, bit) => {
    const [x, y] = [(bit % 4) * BLOCK_PX + 8, Math.floor(bit / 4) * BLOCK_PX + 8];
    return (luma[y * SIZE_PX + x] ?? 0) > 126 ? 1 << bit : 0;
  }).reduce((sum, value) => sum + value, 0);

/** Encodes `frames` numbered pictures with sound, once on a machine. Without B frames each picture is an IDR. */
export async function numberedStream(frames = 600, bFrames = 0): Promise<NumberedStream> {
  return demux(
    readFileSync(await madeOnce(`numbered-${frames}-${bFrames}-2.ts`, (path) => encode(frames, bFrames, path))),
  );
}

async function encode(frames: number, bFrames: number, path: string): Promise<void> {
  const raw = [
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${SIZE_PX}x${SIZE_PX}`,
    '-r',
    String(FPS),
    '-i',
    'pipe:0',
  ];
  const sound = ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${frames / FPS}`];
  const gop = bFrames === 0 ? ['-g', '1', '-bf', '0'] : ['-g', '30', '-bf', String(bFrames)];
  const coding = [
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    '30',
    ...gop,
    '-c:a',
    'aac',
    '-b:a',
    '64k',
    '-ac',
    '2',
  ];
  const target = ['-f', 'mpegts', '-muxdelay', '0', '-muxpreload', '0', '-pes_payload_size', '0', '-y', path];
  const child = spawn('ffmpeg', ['-v', 'error', ...raw, ...sound, ...coding, ...target], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  for (let number = 0; number < frames; number++) child.stdin.write(picture(number));
  child.stdin.end();
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

function demux(data: Buffer): NumberedStream {
  const packets: Packet[] = [];
  let parameters: StreamParameters = {};
  const demuxer = openTsDemux({
    onPacket: (packet) => packets.push(packet),
    onParameters: (next) => void (parameters = next),
  });
  demuxer.write(data);
  demuxer.flush();
  const of = (track: Packet['track']) => packets.filter((packet) => packet.track === track);
  return { parameters, video: of('video'), audio: of('audio') };
}

/** The numbers of a file's pictures, decoded by FFmpeg, in the order of showing. */
export async function numbersIn(path: string): Promise<number[]> {
  const argv = [
    '-v',
    'error',
    '-i',
    path,
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'rawvideo',
    '-pix_fmt',
    'gray',
    'pipe:1',
  ];
  const { stdout } = await promisify(execFile)('ffmpeg', argv, { encoding: 'buffer', maxBuffer: 1 << 30 });
  const bytes = SIZE_PX * SIZE_PX;
  return Array.from({ length: stdout.length / bytes }, (_, index) =>
    numberOf(stdout.subarray(index * bytes, (index + 1) * bytes)),
  );
}

export interface FakeEncoder {
  markKey: () => number;
  /** Gives this many pictures, and the sound up to them, to the ring. */
  step(pictures?: number): void;
  /** Gives pictures to the ring as time passes, `speed` times as fast as real time. */
  run(speed: number): void;
  pause(): void;
  /** Skips pictures, as an encoder that is restarted does. */
  breakOff(skipPictures: number): void;
  /** Number of the next picture. */
  readonly next: number;
  ptsOf(number: number): number;
}

/**
 * Plays a stream without B frames into a ring, as an encoder would: key pictures when they are asked for and every
 * `gop` pictures; a key picture that is asked for comes `lag` pictures later.
 */
export function openFakeEncoder(
  ring: PacketRing,
  stream: NumberedStream,
  options: { lag?: number; gop?: number; obeys?: boolean; padBytes?: number } = {},
): FakeEncoder {
  const { lag = 2, gop = 30, obeys = true, padBytes = 0 } = options;
  const marked = new Set<number>();
  const base = stream.video[0]?.ptsTicks ?? 0;
  const lastAudio = stream.audio.at(-1)?.ptsTicks ?? 0;
  const loopTicks = stream.video.length * FRAME_TICKS;
  let next = 0;
  let nextAudio = 0;
  let sinceKey = Number.POSITIVE_INFINITY;
  let timer: NodeJS.Timeout | undefined;
  ring.setParameters(stream.parameters);
  const ptsOf = (number: number): number => base + number * FRAME_TICKS;
  // A filler unit (type 12), which decoders skip, makes pictures as large as a test needs.
  const padding =
    padBytes > 0 ? [Buffer.concat([Buffer.from([12]), Buffer.alloc(padBytes, 255), Buffer.from([128])])] : [];

  const push = (): void => {
    const packet = stream.video[next % stream.video.length] as Packet;
    const key = sinceKey >= gop || (obeys && marked.has(next));
    sinceKey = key ? 1 : sinceKey + 1;
    const ticks = ptsOf(next);
    ring.push({ ...packet, units: [...packet.units, ...padding], ptsTicks: ticks, dtsTicks: ticks, key });
    next++;
    for (;;) {
      const sound = stream.audio[nextAudio % stream.audio.length];
      if (!sound) break;
      const at = sound.ptsTicks + Math.floor(nextAudio / stream.audio.length) * loopTicks;
      if (at > ptsOf(next) || lastAudio === 0) break;
      ring.push({ ...sound, ptsTicks: at, dtsTicks: at });
      nextAudio++;
    }
  };
  const encoder: FakeEncoder = {
    get next() {
      return next;
    },
    ptsOf,
    markKey() {
      marked.add(next + lag);
      return ptsOf(next + lag);
    },
    step(pictures = 1) {
      for (let count = 0; count < pictures; count++) push();
    },
    run(speed) {
      const startedMs = performance.now();
      const first = next;
      timer = setInterval(() => {
        const due = first + Math.floor(((performance.now() - startedMs) / 1000) * FPS * speed);
        for (let left = due - next; left > 0; left--) push();
      }, 5);
    },
    pause: () => clearInterval(timer),
    breakOff(skipPictures) {
      ring.breakOff('the encoder was killed');
      next += skipPictures;
      sinceKey = Number.POSITIVE_INFINITY;
      marked.clear();
      while (
        (stream.audio[nextAudio % stream.audio.length]?.ptsTicks ?? 0) +
          Math.floor(nextAudio / stream.audio.length) * loopTicks <
        ptsOf(next)
      )
        nextAudio++;
    },
  };
  return encoder;
}

export interface Probed {
  format: { duration: string; size: string; nb_streams: number; tags?: Record<string, string> };
  streams: Record<string, string | number>[];
  chapters: { start_time: string; end_time: string; tags: { title: string } }[];
  packets: { pts_time: string; dts_time: string; duration_time: string; flags: string; size: string }[];
}

/** Runs ffprobe on a file; gives its report. */
export async function probe(path: string, ...show: string[]): Promise<Probed> {
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', ...show, '-of', 'json', path], {
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}
