/**
 * The packets that a mount is fed with. They have the same fields as those of `lib/media`, so that a caller can pass
 * those on; this folder does not import them.
 */
export interface Packet {
  track: 'video' | 'audio';
  /** Presentation time in ticks of 90 kHz, which never wraps. */
  ptsTicks: number;
  /** Whether it is an IDR picture; never true for sound. */
  key: boolean;
  /** Video: NAL units without start codes. Sound: one raw AAC frame without ADTS. */
  units: readonly Buffer[];
}

/** The parameters of a stream's tracks. */
export interface StreamParameters {
  /** The parameter sets as NAL units without start codes. */
  video?: { sps: Buffer; pps: Buffer };
  /** The sound; `config` is the AudioSpecificConfig (ISO 14496-3). */
  audio?: { config: Buffer; sampleRateHz: number; channels: number };
}

/** Ticks per second of all time stamps. */
export const TICKS_PER_SECOND = 90_000;
