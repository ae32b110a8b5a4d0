import type { Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import { ENVELOPE_ARGV, openEnvelopeReader } from '@amphi/lib/analysis/sound/envelope-reader.ts';
import { pipeInputArgv, quietArgv } from '@amphi/lib/ffmpeg/argv.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { startChild, type Child } from '@amphi/lib/runtime/processes/child.ts';
import { openTurns } from '@amphi/lib/runtime/turns.ts';

/** The envelope of a sound that is fed to a program as it comes. */
export interface FollowedEnvelope {
  child: Child;
  /** The envelope, when all was fed. Rejects with the reason why there is none. */
  made: Promise<Envelope>;
}

/** Starts a program that decodes a sound on pipe 0; `beginsMs`: the time of the film's beginning in the sound. */
export function followEnvelope(ffmpeg: string, beginsMs: number, niceness: number): FollowedEnvelope {
  const offset = beginsMs > 0 ? ['-itsoffset', String(-beginsMs / 1000)] : [];
  const input = ['-copyts', ...offset, ...pipeInputArgv('mp4', 0), '-map', '0:a:0'];
  const argv = [...quietArgv('error'), ...input, ...ENVELOPE_ARGV];
  const child = startChild({ command: ffmpeg, argv, niceness, feeds: [0], takes: [1] });
  const made = envelopeFrom(child);
  made.catch(() => undefined);
  return { child, made };
}

async function envelopeFrom(child: Child): Promise<Envelope> {
  const reader = openEnvelopeReader();
  const turns = openTurns();
  try {
    for await (const bytes of child.take(1)) {
      reader.read(bytes as Buffer);
      await turns.over();
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const { code, reason } = await child.died;
  if (code !== 0) throw new Error(`FFmpeg could not decode the sound: ${reason}`);
  return reader.envelope();
}

/** Milliseconds at which a film begins, from which FFmpeg counts the times of its file: its first picture or sound. */
export function beginningOf(tracks: readonly IndexedTrack[]): number {
  const begins = tracks
    .filter(({ samples, kind }) => samples.count > 0 && (kind === 'video' || kind === 'audio'))
    .map(
      ({ samples, timescale, shift }) => ((samples.times[0]! + samples.compositions[0]! + shift) * 1000) / timescale,
    );
  return Math.max(0, Math.min(...begins));
}
