import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import { hasPicture, hasSound } from '../../selecting.ts';
import { rateOf, sizeOf, type Track } from './examined.ts';
import { even, SOUND_FORM, type JoinedSize } from './joined-parts.ts';

/** A piece of a recording with its file. */
export interface Piece {
  track: Track;
  path: string;
  beginMs: number;
  durationMs: number;
}

/** Pieces of one track: those with pictures, and those whose sound is heard. */
export interface PiecedTrack {
  pictures: readonly Piece[];
  sounds: readonly Piece[];
  /** Length of the whole recording. */
  lengthMs: number;
}

/** A piece with the time until the next one begins: what is missing in it is filled. */
interface Slot extends Piece {
  /** Time before the piece in its slot: the first one has what is before it too. */
  beforeMs: number;
  slotMs: number;
}

/** Pieces in their order; what is after the end, or hidden by a piece that begins at the same moment, is left out. */
function slotsOf(pieces: readonly Piece[], lengthMs: number): Slot[] {
  const sorted = pieces
    .filter(({ beginMs, durationMs }) => beginMs < lengthMs && durationMs > 0)
    .toSorted((one, other) => one.beginMs - other.beginMs);
  return sorted
    .map((piece, n) => {
      const beforeMs = n === 0 ? piece.beginMs : 0;
      const untilMs = Math.min(sorted[n + 1]?.beginMs ?? lengthMs, lengthMs);
      return { ...piece, beforeMs, slotMs: beforeMs + untilMs - piece.beginMs };
    })
    .filter(({ slotMs }) => slotMs > 0);
}

/**
 * Arguments that make one track of pieces: inputs, filters, and what is mapped. Gaps are filled with the last picture before them
 * (the first one at the beginning) and silence; the result has exactly the length of the recording.
 */
export function piecesArgv({ pictures, sounds, lengthMs }: PiecedTrack, rate: number | undefined): string[] {
  const seen = slotsOf(pictures, lengthMs);
  const heard = slotsOf(sounds, lengthMs);
  const paths = [...new Set([...seen, ...heard].map(({ path }) => path))];
  const size = sizeFor(seen, rate);
  const chains = [
    ...seen.map((slot, n) => `[${paths.indexOf(slot.path)}:v:0]${pictureOf(slot, size)}[v${n}]`),
    ...heard.map((slot, n) => `[${paths.indexOf(slot.path)}:a:0]${soundOf(slot)}[a${n}]`),
    ...(seen.length > 0 ? [`${labels('v', seen.length)}concat=n=${seen.length}:v=1:a=0[v]`] : []),
    ...(heard.length > 0 ? [`${labels('a', heard.length)}concat=n=${heard.length}:v=0:a=1[a]`] : []),
  ];
  return [
    ...paths.flatMap((path) => [...FOREIGN_FILE_ARGV, '-i', path]),
    '-filter_complex',
    chains.join(';'),
    ...(seen.length > 0 ? ['-map', '[v]'] : []),
    ...(heard.length > 0 ? ['-map', '[a]'] : []),
  ];
}

const labels = (kind: 'v' | 'a', count: number): string =>
  Array.from({ length: count }, (_, n) => `[${kind}${n}]`).join('');

/** The largest width and height, and the most pictures per second. */
function sizeFor(slots: readonly Slot[], rate: number | undefined): JoinedSize {
  const sizes = slots.flatMap(({ track }) => sizeOf(track) ?? []);
  const rates = slots.flatMap(({ track }) => rateOf(track) ?? []);
  return {
    widthPx: even(Math.max(2, ...sizes.map(({ widthPx }) => widthPx))),
    heightPx: even(Math.max(2, ...sizes.map(({ heightPx }) => heightPx))),
    framesPerSecond: rate ?? Math.min(60, Math.max(1, ...rates)),
  };
}

const seconds = (ms: number): string => (ms / 1000).toFixed(3);

function pictureOf({ beforeMs, durationMs, slotMs }: Slot, { widthPx, heightPx, framesPerSecond }: JoinedSize): string {
  const size = `${widthPx}:${heightPx}`;
  return [
    'setpts=PTS-STARTPTS',
    `fps=${framesPerSecond}`,
    `trim=duration=${seconds(durationMs)}`,
    `scale=${size}:force_original_aspect_ratio=decrease`,
    `pad=${size}:(ow-iw)/2:(oh-ih)/2`,
    'setsar=1',
    'format=yuv420p',
    `tpad=start_mode=clone:start_duration=${seconds(beforeMs)}:stop_mode=clone:stop_duration=${seconds(slotMs)}`,
    `trim=duration=${seconds(slotMs)}`,
    'setpts=PTS-STARTPTS',
  ].join(',');
}

const soundOf = ({ beforeMs, durationMs, slotMs }: Slot): string =>
  [
    'asetpts=PTS-STARTPTS',
    SOUND_FORM,
    `atrim=duration=${seconds(durationMs)}`,
    ...(beforeMs > 0 ? [`adelay=delays=${Math.round(beforeMs)}:all=1`] : []),
    `apad=whole_dur=${seconds(slotMs)}`,
    `atrim=duration=${seconds(slotMs)}`,
    'asetpts=PTS-STARTPTS',
  ].join(',');

/** Milliseconds that a piece may begin late or end early, and still be the whole recording. */
const NEARLY_MS = 50;

/** The track that is the whole recording by itself; undefined: something has to be joined or filled. */
export function wholeBy({ pictures, sounds, lengthMs }: PiecedTrack): Track | undefined {
  const pieces = [...new Set([...pictures, ...sounds].map(({ track }) => track))];
  const [first] = [...pictures, ...sounds];
  if (pieces.length !== 1 || !first) return undefined;
  const isWhole = first.beginMs <= NEARLY_MS && Math.abs(first.beginMs + first.durationMs - lengthMs) <= NEARLY_MS;
  const keepsAll = hasPicture(first.track) === pictures.length > 0 && hasSound(first.track) === sounds.length > 0;
  return isWhole && keepsAll ? first.track : undefined;
}
