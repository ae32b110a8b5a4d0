import type { InputSource } from '#agent/device/state.ts';
import { fileUrl, liveProbeArgv, nutOutputArgv, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Size } from '#lib/media/geometry.ts';
import { CHANNELS, SAMPLE_RATE } from '../sound/sound-ring.ts';
import { fitFilters } from './frame-fit.ts';
import { momentsFilter } from './moments.ts';

/**
 * File descriptor on which an input's ffmpeg writes frames. Below 3 a socket is blocking, which makes writing cheapest.
 */
export const FRAMES_FD = 1;
/** File descriptor on which an input's ffmpeg writes sound. */
export const SOUND_FD = 4;
/** File descriptor from which an input's ffmpeg reads commands to its filters (see `frame-fit.ts`). */
export const COMMANDS_FD = 0;
/** File descriptor of the list that names a source with a secret (see `source-link.ts`). */
export const SECRET_FD = 5;
/** Ticks a second of the moments of frames; those of sound are samples. */
export const FRAME_TICKS = 1_000_000;
/** Samples of a piece of sound, 1/30 s: fewer writes, and hardly any delay. */
export const PIECE_SAMPLES = 1600;

/** The form in which an input is decoded. */
export interface InputFormat {
  /** Size of the canvas. Frames are stretched to its shape; the compositor knows the source's own. */
  size: Size;
  /** Width of the first frames, even and at most the canvas's. */
  widthPx: number;
  fps: number;
  withSound: boolean;
  /** Whether the source is too large for one decoding thread. */
  large?: boolean;
}

/** A source that is not off. */
export type LiveSource = Exclude<InputSource, { driver: 'off' }>;
/** A source as ffmpeg opens it: the source itself, or the SRT source in the list on `SECRET_FD`. */
export type OpenSource = LiveSource | { driver: 'list' };

/**
 * Arguments of the ffmpeg that decodes one source: raw I420 frames with their moments on pipe 1, raw sound with its own on
 * pipe 4, both in NUT. What is at t seconds in one belongs to what is at t in the other, as long as the source's clocks are
 * right (see `sound-clock.ts`). The size of the frames is changed while it runs.
 */
export function inputArgv(source: OpenSource, format: InputFormat): string[] {
  const { inputs, soundInput } = openArgv(source);
  const fitted = fitFilters(format.size, format.widthPx, momentsFilter('setpts', FRAME_TICKS));
  return [
    ...quietArgv('verbose'),
    '-stdin',
    '-y',
    ...(format.large ? [] : ['-threads', '1']),
    ...inputs,
    '-map',
    '0:v:0',
    '-vf',
    `${thinned(format.fps)},settb=1/${FRAME_TICKS},${fitted},format=yuv420p`,
    '-fps_mode',
    'passthrough',
    '-enc_time_base',
    `1:${FRAME_TICKS}`,
    '-c:v',
    'rawvideo',
    ...nutOutputArgv(FRAMES_FD, 1),
    ...(format.withSound ? soundArgv(soundInput) : []),
  ];
}

/** Arguments of an ffmpeg that takes one picture of a source, as JPEG on its pipe 1. */
export function stillArgv(source: OpenSource): string[] {
  const small = "scale='min(640,iw)':-2:flags=bicubic";
  return [
    ...quietArgv('error'),
    ...openArgv(source).inputs,
    '-map',
    '0:v:0',
    '-frames:v',
    '1',
    '-vf',
    small,
    '-f',
    'image2pipe',
    '-c:v',
    'mjpeg',
    '-q:v',
    '4',
    'pipe:1',
  ];
}

/**
 * Filters that thin out a faster source and keep the moments of the rest: frames that are far enough apart, and as many
 * more as the rate allows. After a jump back of the clock they start again.
 */
function thinned(fps: number): string {
  const apart = `gte(t-prev_selected_t,0.9/${fps})`;
  const owed = `gte(t-start_t,(selected_n-0.25)/${fps})`;
  return `select='isnan(prev_selected_t)+lt(t,prev_t)+${apart}+${owed}'`;
}

function soundArgv(input: number): string[] {
  return [
    '-map',
    `${input}:a:0`,
    '-af',
    `aresample=${SAMPLE_RATE},asetnsamples=n=${PIECE_SAMPLES}:p=1,asettb=1/${SAMPLE_RATE},${SOUND_MOMENTS}`,
    '-ac',
    String(CHANNELS),
    '-c:a',
    'pcm_s16le',
    ...nutOutputArgv(SOUND_FD, 1),
  ];
}

const SOUND_MOMENTS = momentsFilter('asetpts', SAMPLE_RATE);

interface Opened {
  inputs: string[];
  /** Number of the input with the sound. */
  soundInput: number;
}

/**
 * Options for live sources: short probing, so that they start faster, and a time-out, since a vanished source would
 * hang without end. `nobuffer` is not used: it drops what was probed, and the picture would wait for the next key
 * picture.
 */
const [PROBE_BYTES, PROBE_US] = [500_000, 1_000_000];
const LIVE_PROBE = liveProbeArgv(PROBE_BYTES, PROBE_US);
/** The probing options of live sources, for a source in a list. */
export const LISTED_PROBE = [
  ['probesize', String(PROBE_BYTES)],
  ['analyzeduration', String(PROBE_US)],
] as const;
/** Time in µs that a server of HTTP or RTMP may be silent; then ffmpeg ends. */
const HTTP_TIMEOUT_US = '30000000';
/**
 * Time in µs that the relay of an RTSP source may be silent; then ffmpeg ends. It is long, since the relay knows better
 * what the source does (see `input.ts`).
 */
const RELAY_TIMEOUT_US = '120000000';

function openArgv(source: OpenSource): Opened {
  switch (source.driver) {
    case 'rtsp':
      return opened([
        '-rtsp_transport',
        source.transport,
        '-timeout',
        RELAY_TIMEOUT_US,
        ...protocolsArgv(['rtp', 'tcp', 'udp']),
        ...LIVE_PROBE,
        '-i',
        source.url,
      ]);
    case 'url':
      return opened([...urlArgv(source.url), '-i', source.url]);
    case 'list':
      return opened([
        ...'-f concat -safe 0'.split(' '),
        ...protocolsArgv(['srt', 'pipe']),
        ...LIVE_PROBE,
        '-i',
        `pipe:${SECRET_FD}`,
      ]);
    case 'file':
      return opened(['-re', '-stream_loop', '-1', ...protocolsArgv(FILES), '-i', fileUrl(source.path)]);
    case 'test':
      return testArgv(source.pattern);
    case 'v4l2':
      return captureArgv(source);
  }
}

const opened = (inputs: string[], soundInput = 0): Opened => ({ inputs, soundInput });

/** Whether it is HLS, which comes in whole segments and has to be read at the rate of its time stamps. */
const isHls = (url: string): boolean => url.includes('.m3u8');

/** Protocols that a file may lead FFmpeg to: files, since it may be a playlist. */
const FILES = ['file', 'crypto', 'data'];
const WEB = ['http', 'https', 'httpproxy', 'tls', 'tcp', 'crypto', 'data'];
/** Protocols that a source may lead FFmpeg to, by the scheme of its URL: none of them reads files of this machine. */
const PROTOCOLS: Readonly<Record<string, readonly string[]>> = {
  http: WEB,
  https: WEB,
  rtmp: ['rtmp', 'tcp'],
  rtmps: ['rtmps', 'tls', 'tcp'],
  udp: ['udp'],
  rtp: ['rtp', 'udp'],
  srt: ['srt'],
  tcp: ['tcp'],
};

const protocolsArgv = (names: readonly string[]): string[] => ['-protocol_whitelist', names.join(',')];

function urlArgv(url: string): string[] {
  const scheme = /^([a-z]+):/i.exec(url)?.[1]?.toLowerCase() ?? 'file';
  const protocols = protocolsArgv((Object.hasOwn(PROTOCOLS, scheme) ? PROTOCOLS[scheme] : undefined) ?? FILES);
  const timeout = /^(https?|rtmps?)$/.test(scheme) ? ['-rw_timeout', HTTP_TIMEOUT_US] : [];
  if (isHls(url)) return ['-re', ...timeout, ...protocols];
  return [...timeout, ...protocols, ...(scheme === 'file' ? [] : LIVE_PROBE)];
}

function testArgv(pattern: 'bars' | 'motion' | 'black'): Opened {
  const picture = {
    bars: 'smptehdbars=size=1280x720:rate=30',
    motion: 'testsrc2=size=1280x720:rate=30',
    black: 'color=black:size=1280x720:rate=30',
  }[pattern];
  const sound = pattern === 'black' ? 'anullsrc=r=48000:cl=stereo' : 'sine=frequency=1000:sample_rate=48000';
  return opened(['-re', '-f', 'lavfi', '-i', picture, '-re', '-f', 'lavfi', '-i', sound], 1);
}

function captureArgv(source: Extract<InputSource, { driver: 'v4l2' }>): Opened {
  const size = source.widthPx && source.heightPx ? ['-video_size', `${source.widthPx}x${source.heightPx}`] : [];
  const rate = source.fps ? ['-framerate', String(source.fps)] : [];
  const sound = source.audio ? ['-f', source.audio.system, '-thread_queue_size', '512', '-i', source.audio.device] : [];
  return opened(
    ['-f', 'v4l2', '-thread_queue_size', '64', ...size, ...rate, '-i', source.device, ...sound],
    source.audio ? 1 : 0,
  );
}

/**
 * Milliseconds that late frames and sound are waited for. A transport stream has its sound in pieces of up to a third
 * of a second, each of which comes long after the pictures that it belongs to.
 */
export const delayMsOf = (source: LiveSource): number =>
  source.driver === 'url' && (isHls(source.url) || /^(udp|srt|rtp|tcp|https?):/.test(source.url)) ? MOST_DELAY_MS : 200;
/** The longest delay that `delayMsOf` gives, in milliseconds. */
export const MOST_DELAY_MS = 500;

/** Whether a source can have sound; one without needs no second pipe. */
export const mayHaveSound = (source: InputSource): boolean => source.driver !== 'v4l2' || source.audio !== undefined;
