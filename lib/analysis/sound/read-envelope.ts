import { quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { ENVELOPE_ARGV, openEnvelopeReader } from './envelope-reader.ts';
import type { Envelope } from './envelope.ts';
import { soundInputArgv } from './sound-argv.ts';

/** Reads the envelope of a file's first sound, by one pass over it. Rejects with FFmpeg's words, also if it has none. */
export async function readEnvelope(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  { signal }: Asked = {},
): Promise<Envelope> {
  const reader = openEnvelopeReader();
  const stop = new AbortController();
  await runFfmpeg(ffmpeg, [...quietArgv('error'), ...soundInputArgv(path), ...ENVELOPE_ARGV], {
    signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
    onBytes(bytes) {
      if (stop.signal.aborted) return;
      try {
        reader.read(bytes);
      } catch (error) {
        stop.abort(error);
      }
    },
  });
  return reader.envelope();
}
