/**
 * Groups of arguments that ffmpeg is often given. Callers put them together in the order in which ffmpeg reads them.
 */

/** The least important messages that ffmpeg still writes to stderr. */
export type LogLevel = 'error' | 'warning' | 'info' | 'repeat+info' | 'verbose';

/** Arguments that come before all others: no banner, no figures of progress, no keys of a terminal. */
export const quietArgv = (level: LogLevel): string[] => ['-hide_banner', '-nostats', '-loglevel', level, '-nostdin'];

/**
 * Input from a pipe whose format is known: nothing is read ahead to find out the format, so the first frame comes at
 * once.
 */
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

/**
 * Limits of what is read of a live source to find its streams, so that it starts soon; a stream that begins later is
 * not found.
 */
export const liveProbeArgv = (bytes: number, timeUs: number): string[] => [
  '-probesize',
  String(bytes),
  '-analyzeduration',
  String(timeUs),
];

/** Output of an MPEG transport stream to a pipe; each picture leaves as soon as it is encoded. */
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

/** A path for FFmpeg; any characters in it are safe: it is never read as an option or another protocol. */
export const fileUrl = (path: string): string => `file:${path}`;

/**
 * FFmpeg's names of formats that a file from outside may have. Playlists and lists of files (`hls`, `dash`, `concat`, `imf`)
 * are left out: they name other files, which FFmpeg would read, those of other people too.
 */
const FILE_FORMATS = [
  'mov,matroska,mpegts,mpeg,avi,flv,asf,mxf,gxf,nut,ogg,ivf,wtv,dv,rm,swf,yuv4mpegpipe',
  'h264,hevc,m4v,mpegvideo,mjpeg,mp3,aac,ac3,eac3,dts,flac,wav,w64,aiff,caf,au,amr,ape,wv,tta,loas,rawvideo,s16le',
  'image2,png_pipe,jpeg_pipe,bmp_pipe,tiff_pipe,webp_pipe,gif,webvtt,srt,ass',
].join(',');

/** Arguments before `-i` for a file from outside: only the file itself is read, and only if it has a format of media. */
export const FOREIGN_FILE_ARGV: readonly string[] = ['-protocol_whitelist', 'file', '-format_whitelist', FILE_FORMATS];

/** A path as the value of an option in a description of filters: what ends options and filters is escaped, twice. */
export const inFilter = (path: string): string =>
  path.replaceAll(/[\\':]/g, String.raw`\$&`).replaceAll(/[\\'[\],;]/g, String.raw`\$&`);

/**
 * One stream in NUT on a pipe: nothing that is for seeking, which would cost more with each hour, and none of the source's own
 * texts. FFmpeg counts that form as an experiment. `flush`: 1 writes each packet as soon as it
 * is there, 0 several together; without it FFmpeg decides.
 */
export const nutOutputArgv = (fd: number, flush?: 0 | 1): string[] => [
  ...'-map_metadata -1 -map_chapters -1 -f_strict experimental -syncpoints none -write_index 0'.split(' '),
  ...(flush === undefined ? [] : ['-flush_packets', String(flush)]),
  '-f',
  'nut',
  `pipe:${fd}`,
];
