import { BT709_ARGV, pipeInputArgv, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Size } from '#lib/media/geometry.ts';

/** The video codecs of a source. */
export const CODECS = ['h264', 'hevc', 'mpeg4', 'mjpeg', 'vp8'] as const;
/** A video codec. */
export type Codec = (typeof CODECS)[number];

/** The format that a source sends. A change while it runs starts a new encoder. */
export interface SourceFormat {
  size: Size;
  frameRate: number;
  codec: Codec;
  /** Upper limit of the picture's bit rate, in kilobits per second. */
  bitrateKbps: number;
  /** Whether there is a sound track. */
  audio: boolean;
  /** Codec of the sound. G.711 has 16 kHz here, so it does not get RTP payload type 0. */
  audioCodec?: 'aac' | 'pcmu';
}

/** The usual format. */
export const FACTORY_FORMAT: SourceFormat = {
  size: { widthPx: 1280, heightPx: 720 },
  frameRate: 15,
  codec: 'h264',
  bitrateKbps: 6000,
  audio: true,
};

const BY_CODEC: Record<Codec, readonly string[]> = {
  h264: ['libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '20', '-profile:v', 'baseline'],
  hevc: ['libx265', '-preset', 'ultrafast', '-tune', 'zerolatency', '-crf', '22', '-x265-params', 'log-level=error'],
  mpeg4: ['mpeg4', '-q:v', '3'],
  mjpeg: ['mjpeg', '-q:v', '4', '-pix_fmt', 'yuvj420p', '-huffman', 'default', '-force_duplicated_matrix', '1'],
  vp8: ['libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '3M'],
};

const BY_AUDIO_CODEC: Record<NonNullable<SourceFormat['audioCodec']>, readonly string[]> = {
  aac: ['-c:a', 'aac', '-b:a', '96k', '-ar', '48000', '-ac', '2'],
  pcmu: ['-c:a', 'pcm_mulaw', '-ar', '16000', '-ac', '1'],
};

/**
 * FFmpeg's arguments: Matroska on its stdin (simulator/matroska.ts) to `url`, an RTSP server that accepts publishers.
 */
export function encoderArgv(format: SourceFormat, url: string): string[] {
  const gop = Math.max(1, Math.round(format.frameRate * 2));
  const rate = ['-maxrate', `${format.bitrateKbps}k`, '-bufsize', `${format.bitrateKbps}k`];
  return [
    ...quietArgv('error'),
    ...pipeInputArgv('matroska', 0, ['-fflags', '+nobuffer']),
    '-map',
    '0:v',
    ...(format.audio ? ['-map', '0:a'] : []),
    '-c:v',
    ...BY_CODEC[format.codec],
    '-threads',
    '1',
    '-g',
    `${gop}`,
    '-fps_mode',
    'passthrough',
    ...(format.codec === 'h264' || format.codec === 'hevc' ? rate : []),
    ...BT709_ARGV,
    ...(format.audio ? BY_AUDIO_CODEC[format.audioCodec ?? 'aac'] : []),
    '-f',
    'rtsp',
    '-rtsp_transport',
    'tcp',
    '-pkt_size',
    '1400',
    url,
  ];
}
