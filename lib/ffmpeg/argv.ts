/** Groups of arguments that ffmpeg is often given. They are put together with spreads, in the order that ffmpeg reads them. */

/** What ffmpeg tells on stderr. */
export type LogLevel = 'error' | 'warning' | 'info' | 'repeat+info' | 'verbose';

/** No banner, no figures of its progress, no keys of a terminal. Before everything else. */
export const quietArgv = (level: LogLevel): string[] => ['-hide_banner', '-nostats', '-loglevel', level, '-nostdin'];

/** A pipe whose format is known: nothing of it is read ahead to find that out, so the first frame leaves at once. */
export const pipeInputArgv = (format: string, fd: number, options: readonly string[] = []): string[] => [
  '-probesize',
  '32',
  '-analyzeduration',
  '0',
  '-f',
  format,
  ...options,
  '-i',
  `pipe:${fd}`,
];

/** How far a live source is read ahead to find out what it has, so that it starts soon; what comes later is not found. */
export const liveProbeArgv = (bytes: number, timeUs: number): string[] => [
  '-probesize',
  String(bytes),
  '-analyzeduration',
  String(timeUs),
];

/** An MPEG transport stream to a pipe, from which each picture leaves as soon as it is encoded. */
export const transportStreamArgv = (fd: number): string[] => [...UNDELAYED, '-f', 'mpegts', `pipe:${fd}`];

const UNDELAYED = '-muxdelay 0 -muxpreload 0 -pes_payload_size 0 -omit_video_pes_length 0 -flush_packets 1'.split(' ');

/** The colours of HD television (ITU-R BT.709). */
export const BT709_ARGV: readonly string[] = [
  '-colorspace',
  'bt709',
  '-color_primaries',
  'bt709',
  '-color_trc',
  'bt709',
];

/** A path for FFmpeg, with any characters: never an option or another protocol. */
export const fileUrl = (path: string): string => `file:${path}`;
