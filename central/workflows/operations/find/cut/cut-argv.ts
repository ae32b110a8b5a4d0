import { chosenPictures } from '@amphi/lib/analysis/pictures/chosen-pictures.ts';
import { lengthOf, type Interval } from '@amphi/lib/media/intervals.ts';
import { fileUrl, FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { CutSource } from '../../../run/cut.ts';
import { hasPicture, hasSound } from '../../selecting.ts';

/** What is cut of an element. The cover of a piece of music is no picture. */
export const cutSourceOf = (element: Pick<ElementRow, 'streams' | 'mime_type'>, path: string): CutSource => ({
  path,
  picture: hasPicture(element) && !element.mime_type.startsWith('audio/'),
  sound: hasSound(element),
  framesPerSecond: rateOf(element),
});

/** Pictures per second of an element, exactly; undefined: it has none, or it is not known. */
export function rateOf({ streams }: Pick<ElementRow, 'streams'>): number | undefined {
  const rate = (streams ?? []).find(({ kind }) => kind === 'video')?.framesPerSecond;
  if (rate === undefined || !(rate > 0 && rate <= 1000)) return undefined;
  // 29.97 stands for 30000/1001: after two hours the difference would be a picture.
  const exact = [Math.round(rate), (Math.round(rate) * 1000) / 1001].find((one) => Math.abs(one - rate) < 0.002);
  return exact ?? rate;
}

/** Stretches that begin and end with a whole picture, the nearest one; those that have no picture are left out. */
export function onPictures(kept: readonly Interval[], framesPerSecond: number | undefined): Interval[] {
  if (framesPerSecond === undefined) return [...kept];
  const whole = (ms: number): number => (Math.round((ms / 1000) * framesPerSecond) * 1000) / framesPerSecond;
  return kept
    .map(({ fromMs, toMs }) => ({ fromMs: whole(fromMs), toMs: whole(toMs) }))
    .filter(({ fromMs, toMs }) => toMs > fromMs);
}

/** Seconds of a group of pictures, so that qualities can be encoded in pieces. */
const GROUP_S = 2;

/**
 * Arguments for FFmpeg that write what is kept of a recording as one MP4: exact to the picture and to the sample, pictures and
 * sound in step. `kept` is in the order of time.
 */
export function cutArgv(source: CutSource, kept: readonly Interval[], to: string): string[] {
  const filters = [...(source.picture ? [picturesOf(kept)] : []), ...(source.sound ? soundOf(kept) : [])];
  const input = [...FOREIGN_FILE_ARGV, '-i', fileUrl(source.path), '-filter_complex', filters.join(';')];
  const pictures = source.picture ? ['-map', '[v]', ...pictureCodec(source.framesPerSecond)] : [];
  const sound = source.sound ? ['-map', '[a]', '-c:a', 'aac', '-b:a', '192k'] : [];
  return [...input, ...pictures, ...sound, '-map_chapters', '-1', '-movflags', '+faststart', '-f', 'mp4', fileUrl(to)];
}

/** Odd sizes lose a line: H.264 has none. */
const picturesOf = (kept: readonly Interval[]): string =>
  `[0:V:0]${chosenPictures(kept)},crop=trunc(iw/2)*2:trunc(ih/2)*2[v]`;

/** Sound is made continuous from the beginning of the recording, then cut to the sample. */
function soundOf(kept: readonly Interval[]): string[] {
  const count = kept.length;
  const parts = kept.map((_, at) => `[in${at}]`).join('');
  const cut = kept.map(
    ({ fromMs, toMs }, at) =>
      `[in${at}]atrim=start=${seconds(fromMs)}:end=${seconds(toMs)},asetpts=PTS-STARTPTS[out${at}]`,
  );
  const joined = kept.map((_, at) => `[out${at}]`).join('');
  return [
    `[0:a:0]aresample=async=1:first_pts=0,asplit=${count}${parts}`,
    ...cut,
    `${joined}concat=n=${count}:v=0:a=1,apad=whole_dur=${seconds(lengthOf(kept))}[a]`,
  ];
}

const seconds = (ms: number): string => (ms / 1000).toFixed(6);

/** H.264 that loses next to nothing, in closed groups; it is encoded again for viewers. */
function pictureCodec(framesPerSecond: number | undefined): string[] {
  const quality = '-c:v libx264 -preset veryfast -crf 18 -pix_fmt yuv420p'.split(' ');
  const groups = [
    '-bf',
    '0',
    '-sc_threshold',
    '0',
    '-flags',
    '+cgop',
    '-force_key_frames',
    `expr:gte(t,n_forced*${GROUP_S})`,
  ];
  const most = framesPerSecond === undefined ? [] : ['-g', String(Math.max(1, Math.round(framesPerSecond * GROUP_S)))];
  const times = '-fps_mode passthrough -enc_time_base 1:90000 -video_track_timescale 90000'.split(' ');
  return [...quality, ...groups, ...most, ...times];
}
