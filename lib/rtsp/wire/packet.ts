/**
 * What a mount is fed with. Structurally the same as the coded packets of the media library, so that a caller hands those
 * over as they are; this folder knows nothing of other folders.
 */
export interface Packet {
  track: 'video' | 'audio';
  /** 90 kHz, unwrapped. */
  ptsTicks: number;
  /** An IDR picture. Audio is never key. */
  key: boolean;
  /** Video: NAL units without start codes. Audio: one raw AAC frame (no ADTS). */
  units: readonly Buffer[];
}

export interface StreamParameters {
  /** Parameter sets as NAL units, without start codes. */
  video?: { sps: Buffer; pps: Buffer };
  /** `config` is the AudioSpecificConfig (ISO 14496-3). */
  audio?: { config: Buffer; sampleRateHz: number; channels: number };
}

export const TICKS_PER_SECOND = 90_000;
