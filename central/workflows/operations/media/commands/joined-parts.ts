import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import { OperationFailed } from '../../../run/operation.ts';

/** A part of what is joined. */
export interface Part {
  path: string;
  hasPicture: boolean;
  hasSound: boolean;
  lengthMs: number;
}

/** Size and pictures per second of what is made. */
export interface JoinedSize {
  widthPx: number;
  heightPx: number;
  framesPerSecond: number;
}

/** Parts that are joined in one go; each is an open file with a decoder. */
const MOST_PARTS = 200;

/** Sound of parts that have none, and of all parts once they are brought to one form. */
export const SOUND_FORM = 'aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo';

/**
 * Arguments that join parts one after the other: inputs, filters, and what is mapped. Each part is brought to one size (whole,
 * in the middle, with black beside it) and one number of pictures per second; a part without sound is silent, one without
 * picture black. Throws `OperationFailed` for more than 200 parts.
 */
export function joinArgv(parts: readonly Part[], size: JoinedSize): string[] {
  if (parts.length > MOST_PARTS)
    throw new OperationFailed(`${parts.length} parts are to be joined; at most ${MOST_PARTS} are possible`);
  const withSound = parts.some(({ hasSound }) => hasSound);
  const chains = parts.flatMap((part, n) => [
    `${pictureOf(part, n, size)}[v${n}]`,
    ...(withSound ? [`${soundOf(part, n)}[a${n}]`] : []),
  ]);
  const labels = parts.map((_, n) => `[v${n}]${withSound ? `[a${n}]` : ''}`).join('');
  const joined = `${labels}concat=n=${parts.length}:v=1:a=${withSound ? 1 : 0}[v]${withSound ? '[a]' : ''}`;
  return [
    ...parts.flatMap(({ path }) => [...FOREIGN_FILE_ARGV, '-i', path]),
    '-filter_complex',
    [...chains, joined].join(';'),
    '-map',
    '[v]',
    ...(withSound ? ['-map', '[a]'] : []),
  ];
}

function pictureOf(
  { hasPicture, lengthMs }: Part,
  n: number,
  { widthPx, heightPx, framesPerSecond }: JoinedSize,
): string {
  const size = `${widthPx}:${heightPx}`;
  if (!hasPicture)
    return `color=black:s=${widthPx}x${heightPx}:r=${framesPerSecond}:d=${lengthMs / 1000},format=yuv420p`;
  return [
    `[${n}:v:0]fps=${framesPerSecond}`,
    `scale=${size}:force_original_aspect_ratio=decrease`,
    `pad=${size}:(ow-iw)/2:(oh-ih)/2`,
    'setsar=1',
    'format=yuv420p',
  ].join(',');
}

const soundOf = ({ hasSound, lengthMs }: Part, n: number): string =>
  hasSound ? `[${n}:a:0]${SOUND_FORM}` : `anullsrc=r=48000:cl=stereo,atrim=duration=${lengthMs / 1000},${SOUND_FORM}`;

/** Text of a list for FFmpeg's concat demuxer. */
export const listOfFiles = (paths: readonly string[]): string =>
  `ffconcat version 1.0\n${paths.map((path) => `file '${path.replaceAll("'", String.raw`'\''`)}'\n`).join('')}`;

/** A size that H.264 can have: odd numbers are made even. */
export const even = (px: number): number => px + (px % 2);
