import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';

/** A run of samples without a gap: time of the first, and their number. */
export interface SoundRun {
  timeMs: number;
  firstSample: number;
}

/** The result of decoding. */
export interface Decoded {
  /** Presentation time of each picture, in order. */
  pictureTimesMs: number[];
  /** The runs of samples. */
  soundRuns: SoundRun[];
}

/** Settings of decoding. */
export interface DecodeSpec {
  ffmpeg: string;
  file: string;
  size: Size | undefined;
  sound: boolean;
  onPicture: (luma: Uint8Array, index: number) => void;
  onSound: (samples: Int16Array) => void;
}

/**
 * Decodes a file once: the luma of each picture in display order, and the sound as mono 48 kHz. Their time stamps are
 * read from FFmpeg's info filters, since raw pipes do not carry them. Rejects if FFmpeg fails.
 */
export async function decodeFile(spec: DecodeSpec): Promise<Decoded> {
  const decoded: Decoded = { pictureTimesMs: [], soundRuns: [] };
  const clock = { nextSample: 0, expectedMs: Number.NaN };
  const child = startChild({
    command: spec.ffmpeg,
    argv: argvFor(spec),
    takes: [...(spec.size ? [1] : []), ...(spec.sound ? [3] : [])],
    onStderrLine: (line) => noteTimes(line, decoded, clock),
  });
  if (spec.size) readPictures(child.take(1), spec.size, spec.onPicture);
  if (spec.sound) readSamples(child.take(3), spec.onSound);
  const death = await child.died;
  if (death.code !== 0) throw new Error(`cannot decode ${spec.file}: ${death.reason}`);
  return decoded;
}

function argvFor({ file, size, sound }: DecodeSpec): string[] {
  return [
    ...quietArgv('info'),
    '-protocol_whitelist',
    'file,pipe',
    '-copyts',
    '-i',
    fileUrl(file),
    ...(size ? ['-map', '0:v:0', '-vf', 'format=gray,showinfo=checksum=0'] : []),
    ...(size ? ['-fps_mode', 'passthrough', '-f', 'rawvideo', 'pipe:1'] : []),
    ...(sound ? ['-map', '0:a:0', '-af', `${MONO},ashowinfo`, '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:3'] : []),
  ];
}

const MONO = 'aformat=sample_fmts=s16:sample_rates=48000:channel_layouts=mono';

const INFO = /Parsed_(a?)showinfo_\d+ @ .*\bn: *\d+ .*?\bpts_time:(-?[\d.]+|NOPTS)(?:.*\bnb_samples:(\d+))?/;
const GAP_MS = 1;

function noteTimes(line: string, decoded: Decoded, clock: { nextSample: number; expectedMs: number }): void {
  const match = INFO.exec(line);
  if (!match) return;
  const timeMs = Number(match[2]) * 1000;
  if (!match[1]) {
    decoded.pictureTimesMs.push(timeMs);
    return;
  }
  if (!(Math.abs(timeMs - clock.expectedMs) < GAP_MS))
    decoded.soundRuns.push({ timeMs, firstSample: clock.nextSample });
  const samples = Number(match[3] ?? 0);
  clock.nextSample += samples;
  // Times count from the run's beginning, so that rounding errors do not add up.
  const run = decoded.soundRuns.at(-1) as SoundRun;
  clock.expectedMs = run.timeMs + (clock.nextSample - run.firstSample) / 48;
}

function readPictures(stream: NodeJS.ReadableStream, size: Size, onPicture: DecodeSpec['onPicture']): void {
  const picture = new Uint8Array(size.widthPx * size.heightPx);
  let filled = 0;
  let index = 0;
  stream.on('data', (chunk: Buffer) => {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + picture.length - filled);
      picture.set(part, filled);
      at += part.length;
      filled += part.length;
      if (filled < picture.length) continue;
      filled = 0;
      onPicture(picture, index++);
    }
  });
}

function readSamples(stream: NodeJS.ReadableStream, onSound: DecodeSpec['onSound']): void {
  let rest = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    const all = Buffer.concat([rest, chunk]);
    const whole = all.length & ~1;
    const samples = new Int16Array(whole / 2);
    for (let at = 0; at < samples.length; at++) samples[at] = all.readInt16LE(at * 2);
    rest = all.subarray(whole);
    onSound(samples);
  });
}

/** The time of a sample; samples before the first run have none. */
export function timeOfSample(runs: readonly SoundRun[], sample: number): number {
  const run = runs.findLast(({ firstSample }) => firstSample <= sample) ?? runs[0];
  return run ? run.timeMs + (sample - run.firstSample) / 48 : Number.NaN;
}
