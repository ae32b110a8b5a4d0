import type { Asked, Programs } from '../asked.ts';
import { startEnvelopeDecoder } from './envelope-decoder.ts';
import type { Envelope } from './envelope.ts';
import { soundInputArgv } from './sound-argv.ts';

/** Reads the envelope of a file's first sound, by one pass over it. Rejects with FFmpeg's words, also if it has none. */
export async function readEnvelope(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  { signal }: Asked = {},
): Promise<Envelope> {
  signal?.throwIfAborted();
  const { child, made } = await startEnvelopeDecoder(ffmpeg, { input: soundInputArgv(path) });
  const stop = (): void => void child.stop();
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await made;
  } finally {
    signal?.removeEventListener('abort', stop);
    signal?.throwIfAborted();
  }
}
