import { startEnvelopeDecoder, type EnvelopeDecoder } from '@amphi/lib/analysis/sound/envelope-decoder.ts';
import { pipeInputArgv } from '@amphi/lib/ffmpeg/argv.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';

/** Starts a decoder that is fed with the sound of a film on pipe 0, as fragmented MP4 with the times of the film. */
export function followEnvelope(
  ffmpeg: string,
  tracks: readonly IndexedTrack[],
  niceness: number,
): Promise<EnvelopeDecoder> {
  const beginsMs = beginningOf(tracks);
  const offset = beginsMs > 0 ? ['-itsoffset', String(-beginsMs / 1000)] : [];
  const input = ['-copyts', ...offset, ...pipeInputArgv('mp4', 0), '-map', '0:a:0'];
  return startEnvelopeDecoder(ffmpeg, { input, feeds: [0], niceness });
}

/** Milliseconds at which a film begins, from which FFmpeg counts the times of its file: its first picture or sound. */
function beginningOf(tracks: readonly IndexedTrack[]): number {
  const begins = tracks
    .filter(({ samples, kind }) => samples.count > 0 && (kind === 'video' || kind === 'audio'))
    .map(
      ({ samples, timescale, shift }) => ((samples.times[0]! + samples.compositions[0]! + shift) * 1000) / timescale,
    );
  return begins.length === 0 ? 0 : Math.max(0, Math.min(...begins));
}
