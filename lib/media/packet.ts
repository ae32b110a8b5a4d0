/** Ticks per second of all time stamps of coded media (MPEG's clock for PTS). */
export const TICKS_PER_SECOND = 90_000;

/** The parameters of coded video. */
export interface VideoParameters {
  codec: 'h264';
  /** The parameter sets as NAL units without start codes. */
  sps: Buffer;
  pps: Buffer;
  widthPx: number;
  heightPx: number;
}

/** The parameters of coded sound. */
export interface AudioParameters {
  codec: 'aac';
  /** The AudioSpecificConfig (ISO 14496-3); two bytes for AAC-LC. */
  config: Buffer;
  sampleRateHz: number;
  channels: number;
}

/** The parameters of a stream's tracks. */
export interface StreamParameters {
  video?: VideoParameters;
  audio?: AudioParameters;
}

/** One coded picture or one coded frame of sound, as the encoder made it. */
export interface Packet {
  track: 'video' | 'audio';
  /** Presentation time in ticks of 90 kHz on the box's frame clock; it never wraps. */
  ptsTicks: number;
  dtsTicks: number;
  /** Whether it is an IDR picture, at which a player or a file can begin. Sound is never key. */
  key: boolean;
  /** Video: NAL units without start codes and delimiters. Sound: one raw AAC frame without ADTS. */
  units: readonly Buffer[];
  /**
   * The same as whole MPEG-TS packets, with PAT and PMT before a key picture, for taps that need a transport stream.
   */
  ts: Buffer;
}
