/** SDP (RFC 4566): descriptions for players, and reading what publishers announce. */
import { aacFormat } from './aac.ts';
import { h264Format } from './h264.ts';
import { TICKS_PER_SECOND, type StreamParameters } from './packet.ts';

/** One track: an `m=` section of an SDP. */
export interface TrackDescription {
  kind: string;
  payloadType: number;
  /** The codec in upper case, as in `a=rtpmap`: H264, H265, MPEG4-GENERIC, OPUS and others. */
  codec: string;
  clockRateHz: number;
  /** The lines for players, without `a=`: rtpmap, fmtp and others of the publisher. */
  attributes: readonly string[];
  /** The publisher's name for the track in SETUP; relative or absolute. */
  control: string;
}

/** RTP payload type of our video. */
export const VIDEO_PAYLOAD_TYPE = 96;
/** RTP payload type of our sound. */
export const AUDIO_PAYLOAD_TYPE = 97;

const MAX_TRACKS = 8;
const MAX_ATTRIBUTES = 32;

/** The SDP of a live stream; its tracks are named `trackID=0` and so on. `version` grows with each change. */
export function formatSdp(name: string, version: number, tracks: readonly TrackDescription[]): string {
  const lines = [
    'v=0',
    `o=- 1 ${version} IN IP4 127.0.0.1`,
    `s=${name.replaceAll(/[\r\n]/g, ' ') || 'stream'}`,
    'c=IN IP4 0.0.0.0',
    't=0 0',
    'a=tool:Amphi',
    'a=type:broadcast',
    'a=control:*',
    'a=range:npt=now-',
  ];
  for (const [index, track] of tracks.entries()) {
    lines.push(
      `m=${track.kind} 0 RTP/AVP ${track.payloadType}`,
      ...track.attributes.map((attribute) => `a=${attribute}`),
      `a=control:trackID=${index}`,
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** The descriptions of coded tracks: H.264 first, then AAC. */
export function describeParameters(parameters: StreamParameters): TrackDescription[] {
  const { video, audio } = parameters;
  const tracks: TrackDescription[] = [];
  if (video) {
    const format = `fmtp:${VIDEO_PAYLOAD_TYPE} ${h264Format(video.sps, video.pps)}`;
    tracks.push(describe('video', VIDEO_PAYLOAD_TYPE, 'H264', TICKS_PER_SECOND, '', format));
  }
  if (audio) {
    const format = `fmtp:${AUDIO_PAYLOAD_TYPE} ${aacFormat(audio.config)}`;
    tracks.push(
      describe('audio', AUDIO_PAYLOAD_TYPE, 'mpeg4-generic', audio.sampleRateHz, `/${audio.channels}`, format),
    );
  }
  return tracks;
}

function describe(
  kind: string,
  payloadType: number,
  codec: string,
  clockRateHz: number,
  channels: string,
  format: string,
): TrackDescription {
  const attributes = [`rtpmap:${payloadType} ${codec}/${clockRateHz}${channels}`, format];
  return { kind, payloadType, codec: codec.toUpperCase(), clockRateHz, attributes, control: '' };
}

/**
 * Reads the SDP of a publisher. Undefined if no track of it can be carried by RTP/AVP, or if it contradicts itself.
 * Ports, addresses, control, direction and range are not passed on.
 */
export function parseAnnouncement(text: string): TrackDescription[] | undefined {
  const sections = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .join('\n')
    .split(/\n(?=m=)/)
    .slice(1);
  if (sections.length === 0 || sections.length > MAX_TRACKS) return undefined;
  const tracks = sections.map(parseSection);
  return tracks.every((track) => track !== undefined) ? tracks : undefined;
}

/** The payload types that need no rtpmap (RFC 3551 tables 4 and 5). */
const STATIC_TYPES: Readonly<Record<number, readonly [string, number]>> = {
  0: ['PCMU', 8000],
  8: ['PCMA', 8000],
  9: ['G722', 8000],
  10: ['L16', 44_100],
  11: ['L16', 44_100],
  14: ['MPA', 90_000],
  26: ['JPEG', 90_000],
  32: ['MPV', 90_000],
  33: ['MP2T', 90_000],
};

function parseSection(section: string): TrackDescription | undefined {
  const media = /^m=(video|audio|application|text) \d+(?:\/\d+)? RTP\/AVP (\d{1,3})\b/.exec(section);
  if (!media) return undefined;
  const payloadType = Number(media[2]);
  const attributes = section
    .split('\n')
    .filter((line) => line.startsWith('a='))
    .map((line) => line.slice(2))
    .slice(0, MAX_ATTRIBUTES);
  const mapped = attributes.map((line) => /^rtpmap:(\d+) ([\w.-]+)\/(\d{1,9})/.exec(line)).find(Boolean);
  const fixed = STATIC_TYPES[payloadType];
  const codec = mapped?.[2]?.toUpperCase() ?? fixed?.[0];
  const clockRateHz = Number(mapped?.[3] ?? fixed?.[1] ?? 0);
  if (!codec || !clockRateHz || payloadType > 127) return undefined;
  const control = attributes.find((line) => line.startsWith('control:'))?.slice('control:'.length) ?? '';
  const own = /^(?:control|range|sendonly|recvonly|sendrecv|inactive|rtcp|candidate|ice-|setup|fingerprint)/;
  const passed = attributes.filter((line) => !own.test(line));
  return { kind: media[1]!, payloadType, codec, clockRateHz, attributes: passed, control };
}

/** The track with the parameter sets that were seen in the stream in its `a=fmtp`. */
export function withFormat(track: TrackDescription, fields: Readonly<Record<string, string>>): TrackDescription {
  const lead = `fmtp:${track.payloadType} `;
  const old = track.attributes.find((line) => line.startsWith(lead))?.slice(lead.length) ?? '';
  const values = new Map<string, string>();
  for (const part of old.split(';')) {
    const [key, ...value] = part.trim().split('=');
    if (key) values.set(key, value.join('='));
  }
  for (const [key, value] of Object.entries(fields)) values.set(key, value);
  const format = lead + [...values].map(([key, value]) => (value ? `${key}=${value}` : key)).join('; ');
  return { ...track, attributes: [...track.attributes.filter((line) => !line.startsWith(lead)), format] };
}
