import { liveProbeArgv, quietArgv } from '#lib/ffmpeg/argv.ts';

/** File descriptor of a preset with secrets (see `push-link.ts`). */
export const PRESET_FD = 3;

/** Facts of a push target that ffmpeg's URL does not show. */
export interface PushTarget {
  /** The URL as it was configured; ffmpeg may send to a relay instead. */
  target?: string;
  /** Whether secrets come as a preset on `PRESET_FD`. */
  hasPreset?: boolean;
}

/**
 * Arguments of the ffmpeg that sends a transport stream from its standard input to a push target. Nothing is encoded
 * again except the sound for RTSP, where the sound's description must be known before the stream begins; a transport
 * stream does not carry it. `url` is where ffmpeg sends, which may be a relay to the target. Throws for a protocol that
 * cannot be pushed to.
 */
export function pushArgv(url: string, { target = url, hasPreset = false }: PushTarget = {}): string[] {
  return [
    ...quietArgv('repeat+info'),
    '-fflags',
    'nobuffer',
    ...liveProbeArgv(1_000_000, 2_000_000),
    '-f',
    'mpegts',
    '-i',
    'pipe:0',
    '-map',
    '0:v:0',
    '-map',
    '0:a:0?',
    '-c',
    'copy',
    ...(hasPreset ? ['-fpre', `/proc/self/fd/${PRESET_FD}`] : []),
    ...targetArgv(url, target),
  ];
}

function targetArgv(url: string, target: string): string[] {
  const scheme = target.slice(0, target.indexOf(':')).toLowerCase();
  switch (scheme) {
    case 'rtsp':
    case 'rtsps':
      return ['-c:a', 'aac', '-f', 'rtsp', '-rtsp_transport', 'tcp', url];
    case 'rtmp':
    case 'rtmps':
      return [
        '-bsf:a',
        'aac_adtstoasc',
        '-flvflags',
        'no_duration_filesize',
        '-rw_timeout',
        '10000000',
        '-f',
        'flv',
        url,
      ];
    case 'srt':
      return ['-flush_packets', '1', '-f', 'mpegts', url];
    case 'udp':
      return ['-flush_packets', '1', '-f', 'mpegts', withPacketSize(url)];
    default:
      throw new Error(`cannot push to ${scheme}://: use rtsp, rtsps, rtmp, rtmps, udp or srt`);
  }
}

/** A UDP URL whose datagrams have seven transport packets (1316 bytes). */
const withPacketSize = (url: string): string =>
  /[?&]pkt_size=/.test(url) ? url : `${url}${url.includes('?') ? '&' : '?'}pkt_size=1316`;

/** Whether a line of ffmpeg's log says that it is connected: it prints its output once the other side has accepted. */
export const isConnected = (line: string): boolean => line.startsWith('Output #0');

/** Lines that ffmpeg prints at its end for any cause; they say nothing about it. */
const EMPTY_WORDS = /^(Conversion failed!|Error initializing output stream .*-- *)$/;
const TROUBLE =
  /error|fail|refused|denied|authori[sz]|timed out|unreachable|reset|broken|invalid|not found|no such|could not|cannot/i;

/** The reason why a push ended: the last line of ffmpeg's log that speaks of an error; undefined if there is none. */
export const reasonIn = (stderrTail: string): string | undefined =>
  stderrTail.split('\n').findLast((line) => TROUBLE.test(line) && !EMPTY_WORDS.test(line));
