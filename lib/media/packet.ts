/** Ticks per second of every time stamp of coded media (MPEG's system clock for PTS). */
export const TICKS_PER_SECOND = 90_000;

export interface VideoParameters {
  codec: 'h264';
  /** Parameter sets as NAL units, without start codes. */
  sps: Buffer;
  pps: Buffer;
  widthPx: number;
  heightPx: number;
}

export interface AudioParameters {
  codec: 'aac';
  /** AudioSpecificConfig (ISO 14496-3), two bytes for AAC-LC. */
  config: Buffer;
  sampleRateHz: number;
  channels: number;
}

export interface StreamParameters {
  video?: VideoParameters;
  audio?: AudioParameters;
}

/** One coded picture or one coded audio frame, as it left the encoder. */
export interface Packet {
  track: 'video' | 'audio';
  /** 90 kHz, unwrapped (never wraps at 33 bits), on the box's frame clock. */
  ptsTicks: number;
  dtsTicks: number;
  /** An IDR picture: a player or a file can begin here. Audio is never key. */
  key: boolean;
  /** Video: the NAL units without start codes (no access unit delimiter). Audio: one raw AAC frame (no ADTS). */
  units: readonly Buffer[];
  /** The same as whole MPEG-TS packets, with PAT and PMT before a key picture; for taps that want a transport stream. */
  ts: Buffer;
}
