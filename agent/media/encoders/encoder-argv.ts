import type { EncoderWanted } from '#agent/device/state.ts';
import { BT709_ARGV, pipeInputArgv, quietArgv, transportStreamArgv } from '#lib/ffmpeg/argv.ts';
import { FAMILIES, type EncoderFamily } from '#lib/ffmpeg/encoder-choice.ts';
import { CHANNELS, SAMPLE_RATE } from '../sound/sound-ring.ts';

/** File descriptor of the pipe with pictures: frames in IVF, which are raw pictures with time stamps. */
export const PICTURES_FD = 3;
/** File descriptor of the pipe with raw sound. */
export const SOUND_FD = 4;

const BOTH = ['-map', '0:v:0', '-map', '1:a:0'];
const COLOURS = ['-color_range', 'tv', ...BT709_ARGV];
/** Pictures that FFmpeg reads ahead; each has more than a megabyte. */
const WAITING_PICTURES = 2;

/**
 * Arguments of the ffmpeg that encodes one stream to MPEG-TS on its standard output. `offsetSeconds` is added to every
 * time stamp, so that a restarted encoder goes on where the last one ended.
 */
export function encoderArgv(wanted: EncoderWanted, family: EncoderFamily, offsetSeconds: number): string[] {
  const { device, filter } = FAMILIES[family];
  const quiet = [...quietArgv('warning'), '-y'];
  const pictures = ['-thread_queue_size', String(WAITING_PICTURES), ...pipeInputArgv('ivf', PICTURES_FD)];
  const rate = ['-ar', String(SAMPLE_RATE), '-ac', String(CHANNELS)];
  const sound = pipeInputArgv('s16le', SOUND_FD, rate);
  const timing = ['-enc_time_base', '1:90000', '-fps_mode', 'passthrough'];
  // A frame with an odd time stamp becomes a key picture.
  const keys = ['-force_key_frames', 'expr:mod(round(t*90000),2)'];
  const video = [...filter, ...timing, ...keys, ...codecArgv(wanted, family), ...COLOURS];
  const audio = ['-c:a', 'aac', '-b:a', `${wanted.audioKbps}k`];
  const offset = ['-output_ts_offset', offsetSeconds.toFixed(6)];
  return [
    ...quiet,
    ...device,
    ...pictures,
    ...sound,
    ...BOTH,
    ...video,
    ...audio,
    ...offset,
    ...transportStreamArgv(1),
  ];
}

function codecArgv(wanted: EncoderWanted, family: EncoderFamily): string[] {
  const { profile, gopFrames } = wanted;
  const level = levelOf(wanted);
  const common = ['-profile:v', family === 'software' ? profile : hardwareProfile(profile), '-g', String(gopFrames)];
  const { codec } = FAMILIES[family];
  if (family === 'software')
    return ['-c:v', codec, '-preset', 'veryfast', ...common, '-level:v', level, ...x264Argv(wanted)];
  if (family === 'v4l2m2m') return ['-c:v', codec, ...common, '-b:v', `${wanted.videoKbps}k`];
  return ['-c:v', codec, ...common, '-bf', '0', '-forced_idr', '1', ...rateArgv(wanted)];
}

const hardwareProfile = (profile: EncoderWanted['profile']): string =>
  profile === 'baseline' ? 'constrained_baseline' : profile;

/**
 * Options of x264. It is told the frame rate, since time stamps of 1/90000 s would confuse its rate control. Groups are
 * closed; key pictures come only where we ask for them. One thread and no B-frames: pictures come out in order and
 * soon, so little is lost when the encoder dies, and memory stays small. The time that this saves is used for `trellis`
 * and `tune ssim`, which look better on slides (decision 9).
 */
function x264Argv(wanted: EncoderWanted): string[] {
  const { fps } = wanted;
  const rate = Number.isInteger(fps) ? String(fps) : `${Math.round(fps * 1000)}/1000`;
  const parameters = [
    'scenecut=0',
    'open-gop=0',
    'bframes=0',
    'weightp=0',
    'me=dia',
    'subme=1',
    'trellis=1',
    `rc-lookahead=${lookAheadOf(fps)}`,
    `fps=${rate}`,
    ...(wanted.rateControl === 'cbr' ? ['nal-hrd=cbr'] : []),
  ];
  const threads = ['-threads:v', String(threadsOf(wanted))];
  return ['-forced-idr', '1', '-tune', 'ssim', ...threads, ...rateArgv(wanted), '-x264-params', parameters.join(':')];
}

/** Frames that x264 looks ahead to distribute bits: half a second, 2 to 10. */
const lookAheadOf = (fps: number): number => Math.max(2, Math.min(10, Math.round(fps / 2)));

/**
 * Pixels per second of one thread, which suffices for 1280x720 at 30 frames/s; with more pixels another thread is used,
 * which delays by one frame.
 */
const PIXELS_PER_SECOND_OF_A_THREAD = 35e6;
const threadsOf = ({ widthPx, heightPx, fps }: EncoderWanted): number =>
  Math.ceil((widthPx * heightPx * fps) / PIXELS_PER_SECOND_OF_A_THREAD);

/**
 * Options of rate control: VBR may double the rate for a while, CVBR averages it over two seconds, CBR pads up to it.
 */
function rateArgv({ rateControl, videoKbps }: EncoderWanted): string[] {
  const [most, buffer] = { vbr: [2, 4], cvbr: [1, 2], cbr: [1, 1] }[rateControl] as [number, number];
  const least = rateControl === 'cbr' ? ['-minrate', `${videoKbps}k`] : [];
  return ['-b:v', `${videoKbps}k`, ...least, '-maxrate', `${videoKbps * most}k`, '-bufsize', `${videoKbps * buffer}k`];
}

/**
 * The H.264 level: 4.1, or the lowest one above that allows this many macroblocks per second (ISO 14496-10, table A-1).
 */
export function levelOf({ widthPx, heightPx, fps }: Pick<EncoderWanted, 'widthPx' | 'heightPx' | 'fps'>): string {
  const blocks = Math.ceil(widthPx / 16) * Math.ceil(heightPx / 16);
  if (blocks <= 8192 && blocks * fps <= 245_760) return '4.1';
  if (blocks <= 8704 && blocks * fps <= 522_240) return '4.2';
  return '5.2';
}
