/** A stream at a path. It is fed by this process (a mount) or by a publisher. */
import type { FanOut } from './fan-out.ts';
import { ntpOfRtp, rtpOfNtp, senderReport, type ClockMap } from '../wire/rtcp.ts';
import { frameUp, type RtpCounter, type Unit } from '../wire/rtp.ts';

/** A multicast group that a stream is sent to. */
export interface MulticastGroup {
  address: string;
  /** Even port; each track uses two ports from here on. */
  port: number;
  /** Number of hops, 1 to 255. */
  ttl: number;
  /** Address of the network card to send from; without it, that of the first player's connection. */
  interface?: string;
}

/** A stream that players can ask for. */
export interface LiveStream {
  readonly kind: 'mount' | 'publication';
  readonly path: string;
  readonly fanOut: FanOut;
  readonly multicast: MulticastGroup | undefined;
  trackCount(): number;
  /** The description for players; waits up to `waitMs` until it is known, then gives undefined. */
  sdp(waitMs: number): Promise<string | undefined>;
  start(): Start;
  /** The SSRC of a track's packets. */
  ssrc(track: number): number;
}

/** Data for a new player: the reports to send first, and the RTP-Info of each track (RFC 2326 section 12.33). */
export interface Start {
  reports: readonly Unit[];
  info: readonly { seq: number; rtpTime?: number }[];
}

/** The content of a track's reports: its counters and its clock. */
export interface TrackClock {
  counter: Pick<RtpCounter, 'ssrc' | 'seq' | 'packets' | 'octets'>;
  /** The map from RTP time to wall clock; undefined until a publisher has sent a report. */
  clock: ClockMap | undefined;
}

/** The CNAME of all our sources (RFC 3550 section 6.5.1). */
export const CNAME = 'amphi';
/**
 * Interval in milliseconds of the reports by which players bring picture and sound together (RFC 3550 section 6.2
 * demands at least 5 s).
 */
export const REPORT_EVERY_MS = 5000;

/**
 * Reports that are true for the first unit of the ring: a player's clock starts there, and the next report makes no
 * jump. All tracks get the same instant.
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

/** One sender report for each track whose clock is known. */
export function reportsAt(ntp: bigint, tracks: readonly TrackClock[]): Unit[] {
  return tracks.flatMap(({ clock, counter }, track) =>
    clock ? [frameUp(track, true, [senderReport(counter, ntp, rtpOfNtp(clock, ntp), CNAME)])] : [],
  );
}
