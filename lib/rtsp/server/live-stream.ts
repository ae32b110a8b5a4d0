/** What a path serves, whoever feeds it: a mount of ours, or a publisher. */
import type { FanOut } from './fan-out.ts';
import { ntpOfRtp, rtpOfNtp, senderReport, type ClockMap } from '../wire/rtcp.ts';
import { frameUp, type RtpCounter, type Unit } from '../wire/rtp.ts';

export interface MulticastGroup {
  address: string;
  /** Even; each track takes two ports from here on. */
  port: number;
  /** Hops, 1 to 255. */
  ttl: number;
  /** Address of the network card to send from; otherwise that of the first player's connection. */
  interface?: string;
}

export interface LiveStream {
  readonly kind: 'mount' | 'publication';
  readonly path: string;
  readonly fanOut: FanOut;
  readonly multicast: MulticastGroup | undefined;
  trackCount(): number;
  /** The description for players, once it is known; undefined after `waitMs` without. */
  sdp(waitMs: number): Promise<string | undefined>;
  start(): Start;
  /** The source of a track, as its packets name it. */
  ssrc(track: number): number;
}

/** How a player begins: the reports to send first, and for each track the RTP-Info (RFC 2326 section 12.33). */
export interface Start {
  reports: readonly Unit[];
  info: readonly { seq: number; rtpTime?: number }[];
}

export interface TrackClock {
  counter: Pick<RtpCounter, 'ssrc' | 'seq' | 'packets' | 'octets'>;
  /** Unknown until a publisher has sent a report. */
  clock: ClockMap | undefined;
}

export const CNAME = 'amphi';
/** How often players hear how picture and sound lie in time (RFC 3550 section 6.2 has 5 s as the least). */
export const REPORT_EVERY_MS = 5000;

/**
 * Reports that are true for the first unit of the ring, so that a player's clock starts there and nothing jumps when the
 * next report comes. All tracks are given the same instant.
 */
export function startOf(ring: readonly Unit[], tracks: readonly TrackClock[]): Start {
  const firsts = tracks.map((_, track) => ring.find((unit) => unit.track === track));
  const instants = tracks.map(({ clock }, track) =>
    clock && firsts[track] ? ntpOfRtp(clock, firsts[track].rtpTime) : undefined,
  );
  const known = instants.filter((instant) => instant !== undefined);
  const instant = known.length > 0 ? known.reduce((least, next) => (next < least ? next : least)) : undefined;
  const times = tracks.map(({ clock }) => (clock && instant !== undefined ? rtpOfNtp(clock, instant) : undefined));
  return {
    reports: instant === undefined ? [] : reportsAt(instant, tracks),
    info: tracks.map(({ counter }, track) => {
      // The time stamp of the common instant, not of the track's own first packet: players line the tracks up by it.
      const rtpTime = times[track] ?? firsts[track]?.rtpTime;
      return { seq: firsts[track]?.seq ?? counter.seq, ...(rtpTime === undefined ? {} : { rtpTime }) };
    }),
  };
}

/** A sender report for each track whose clock is known. */
export function reportsAt(ntp: bigint, tracks: readonly TrackClock[]): Unit[] {
  return tracks.flatMap(({ clock, counter }, track) =>
    clock ? [frameUp(track, true, [senderReport(counter, ntp, rtpOfNtp(clock, ntp), CNAME)])] : [],
  );
}
