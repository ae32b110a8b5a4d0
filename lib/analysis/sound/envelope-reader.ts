import { nutOutputArgv } from '#lib/ffmpeg/argv.ts';
import { openNutReader } from '#lib/media/nut.ts';
import type { Landing } from '#lib/runtime/processes/socket-pair.ts';
import { openEnvelopeBlocks, type EnvelopeBlocks } from './envelope-blocks.ts';
import type { Envelope } from './envelope.ts';

/** Frames of a packet. A hole in the sound is found where the next packet begins. */
const PACKET_FRAMES = 4096;

/** Arguments of FFmpeg after those of its input, with which it writes a sound for `openEnvelopeReader` to pipe 1. */
export const ENVELOPE_ARGV: readonly string[] = [
  '-af',
  // What is before the beginning of the file is not heard.
  `atrim=start=0,asetnsamples=n=${PACKET_FRAMES}:p=0`,
  '-c:a',
  'pcm_f32le',
  // Packets are written together, which costs half as much.
  ...nutOutputArgv(1, 0),
];

/** Bytes of a sample. */
const SAMPLE_BYTES = 4;
/** Channels of a sound at most; of one with more there is no envelope. */
const MOST_CHANNELS = 24;

/** Makes the envelope of a sound while FFmpeg decodes it: bytes are read into its memory. */
export interface EnvelopeReader extends Landing {
  /** The envelope of all that came; without any sound it has no blocks. */
  envelope(): Envelope;
}

/**
 * Opens a reader of what FFmpeg writes with `ENVELOPE_ARGV`. `torn` is called once with the reason if it cannot be read, or if
 * the sound is too long; all bytes after that are ignored.
 */
export function openEnvelopeReader(torn: (reason: string) => void): EnvelopeReader {
  const packet = Buffer.alloc(PACKET_FRAMES * MOST_CHANNELS * SAMPLE_BYTES);
  let blocks: EnvelopeBlocks | undefined;
  let [framesPerTick, filled, size, first] = [1, 0, 0, 0];
  const reader = openNutReader({
    sound({ rateHz, channels, tickSeconds }) {
      if (!(channels >= 1 && channels <= MOST_CHANNELS)) throw new Error(`the sound has ${channels} channels`);
      if (!(rateHz >= 1000 && rateHz <= 1e6)) throw new Error(`the sound has ${rateHz} samples in a second`);
      framesPerTick = rateHz * tickSeconds;
      // FFmpeg repeats its headers.
      blocks ??= openEnvelopeBlocks(rateHz, channels);
    },
    begins(bytes, ticks) {
      if (bytes > packet.length) throw new Error(`a packet of sound has ${bytes} bytes`);
      [filled, size] = [0, bytes];
      first = Math.round(Number(ticks) * framesPerTick);
    },
    room: () => packet.subarray(filled),
    landed(bytes) {
      filled += bytes;
      if (filled === size) blocks?.add(first, new Float32Array(packet.buffer, packet.byteOffset, size / SAMPLE_BYTES));
    },
    torn,
  });
  return {
    room: () => reader.room(),
    landed: (bytes) => reader.landed(bytes),
    envelope: () => blocks?.envelope() ?? { values: new Float32Array(0) },
  };
}
