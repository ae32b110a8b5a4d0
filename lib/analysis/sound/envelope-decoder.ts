import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { NICENESS, throwIfFailed } from '#lib/ffmpeg/run-ffmpeg.ts';
import { startChild, type Child } from '#lib/runtime/processes/child.ts';
import { openSocketPair } from '#lib/runtime/processes/socket-pair.ts';
import { ENVELOPE_ARGV, openEnvelopeReader } from './envelope-reader.ts';
import type { Envelope } from './envelope.ts';

/** An FFmpeg that decodes a sound, of which the envelope is made meanwhile. */
export interface EnvelopeDecoder {
  child: Child;
  /** The envelope of all that was decoded. Rejects with FFmpeg's words, or with the reason why there is none. */
  made: Promise<Envelope>;
}

/** How the decoder is started. */
interface DecoderSpec {
  /** Arguments of the input. */
  input: readonly string[];
  /** File descriptors from which it reads. */
  feeds?: readonly number[];
  niceness?: number;
}

/** Starts a decoder. Rejects if no file descriptors are left. */
export async function startEnvelopeDecoder(
  ffmpeg: string,
  { input, feeds = [], niceness = NICENESS }: DecoderSpec,
): Promise<EnvelopeDecoder> {
  let problem: string | undefined;
  const reader = openEnvelopeReader((reason) => {
    problem = reason;
    child.kill('SIGKILL');
  });
  // Of two hours 3 GB are read: a pipe would allocate memory for each piece, and to collect that costs more than the rest.
  const { near, far } = await openSocketPair(reader);
  const isRead = new Promise((resolve) => void near.once('close', resolve));
  const argv = [...quietArgv('error'), ...input, ...ENVELOPE_ARGV];
  const child = startChild({ command: ffmpeg, argv, feeds, niceness, sockets: { 1: far } });
  const envelope = async (): Promise<Envelope> => {
    const death = await child.died;
    // The last bytes may come after the end of the program.
    await isRead;
    if (problem !== undefined) throw new Error(problem);
    throwIfFailed(child, death);
    return reader.envelope();
  };
  const made = envelope();
  made.catch(() => undefined);
  return { child, made };
}
