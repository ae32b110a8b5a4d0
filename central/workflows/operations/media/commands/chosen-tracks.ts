import type { Variables } from '../../../run/run.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { OperationFailed } from '../../../run/operation.ts';
import { hasPicture, hasSound } from '../../selecting.ts';
import type { Track } from './examined.ts';

/** What becomes of a track: which of its streams are kept, or whose sound it gets. */
export interface Chosen {
  track: Track;
  keeps: 'all' | 'picture' | 'sound';
  /** Track whose sound it gets in the place of its own. */
  soundOf?: Track;
}

/** Which tracks get sound, as the key `audio-muxing` says; `target` is the type that gets it, if it is one. */
export interface Muxing {
  how: 'none' | 'force' | 'select-audio' | 'duplicate';
  target: string;
}

/**
 * Chooses what is kept of each track. Variables such as `hide_presenter_video` and `hide_presenter_audio` are `true` for what a
 * person took away. Throws `OperationFailed` if nothing would be left, or the type that should get the sound is not there.
 */
export function chosenTracks(tracks: readonly Track[], variables: Variables, muxing: Muxing): Chosen[] {
  const hides = (track: Track, what: 'audio' | 'video'): boolean =>
    variables
      .get(`hide_${typeOf(track)}_${what}`)
      ?.trim()
      .toLowerCase() === 'true';
  const seen = tracks.filter((track) => hasPicture(track) && !hides(track, 'video'));
  const heard = tracks.filter((track) => hasSound(track) && !hides(track, 'audio'));
  const [only] = seen;
  if (seen.length + heard.length === 0)
    throw new OperationFailed('all pictures and sounds were taken away: nothing is left');
  if (only === undefined) return heard.map((track) => ({ track, keeps: hasPicture(track) ? 'sound' : 'all' }));
  if (seen.length === 1) return [withSound(only, heard.includes(only) ? only : heard[0])];
  const muxed = muxedTracks(seen, heard, muxing);
  if (muxed) return muxed;
  const alone = heard.filter((track) => !seen.includes(track));
  const each = seen.map((track): Chosen => ({
    track,
    keeps: hasSound(track) && !heard.includes(track) ? 'picture' : 'all',
  }));
  return [...each, ...alone.map((track): Chosen => ({ track, keeps: hasPicture(track) ? 'sound' : 'all' }))];
}

const typeOf = ({ flavor }: Track): string => sidesOf(flavor)[0];

/** A track with the sound of one; undefined: without sound. */
function withSound(track: Track, source: Track | undefined): Chosen {
  if (source === undefined) return { track, keeps: hasSound(track) ? 'picture' : 'all' };
  return source === track ? { track, keeps: 'all' } : { track, keeps: 'all', soundOf: source };
}

/** Several tracks with pictures, when one sound is meant for all or for one of them; undefined: each keeps its own. */
function muxedTracks(seen: readonly Track[], heard: readonly Track[], { how, target }: Muxing): Chosen[] | undefined {
  const ofTarget = heard.find((track) => typeOf(track) === target);
  const sound = how === 'select-audio' ? (ofTarget ?? heard[0]) : heard.length === 1 ? heard[0] : undefined;
  if (how === 'none' || sound === undefined) return undefined;
  if (how === 'duplicate') return seen.map((track) => withSound(track, sound));
  const getsIt = seen.find((track) => typeOf(track) === target);
  if (!getsIt)
    throw new OperationFailed(`force-target is ${target}, and there is no picture of this type to get the sound`);
  return seen.map((track) => withSound(track, track === getsIt ? sound : undefined));
}
