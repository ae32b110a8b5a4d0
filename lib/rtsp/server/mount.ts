/** A live stream that this process feeds with coded packets. */
import { randomBytes, randomInt } from 'node:crypto';
import { packetiseAac } from '../wire/aac.ts';
import { openFanOut, type FanOut } from './fan-out.ts';
import { packetiseH264 } from '../wire/h264.ts';
import {
  REPORT_EVERY_MS,
  reportsAt,
  startOf,
  type LiveStream,
  type MulticastGroup,
  type TrackClock,
} from './live-stream.ts';
import { TICKS_PER_SECOND, type Packet, type StreamParameters } from '../wire/packet.ts';
import { ntpOfMs } from '../wire/rtcp.ts';
import type { RtpCounter, Unit } from '../wire/rtp.ts';
import { AUDIO_PAYLOAD_TYPE, describeParameters, formatSdp, VIDEO_PAYLOAD_TYPE } from '../wire/sdp.ts';
import { openTimeline } from '../wire/timeline.ts';

/** The side of a mount that its feeder uses; none of its functions throws or blocks. */
export interface MountStream extends LiveStream {
  /**
   * Sets the parameters, before the first packet and whenever the encoder changed. False if connected players cannot
   * follow (other tracks, other sound) and have to connect again; another picture size is announced in the stream
   * itself.
   */
  setParameters(parameters: StreamParameters): boolean;
  push(packet: Packet): void;
  breakOff(): void;
  close(): void;
}

interface Track {
  kind: 'video' | 'audio';
  counter: RtpCounter;
  clock: NonNullable<TrackClock['clock']>;
  /**
   * Random offset of the RTP time stamps (RFC 3550 section 5.1), below 2^31, so that the first wrap comes after hours.
   */
  offset: number;
}

/** Opens a mount for a path. */
export function openMountStream(
  path: string,
  options: { maxQueueBytes: number; multicast: MulticastGroup | undefined },
): MountStream {
  return new PacketMountStream(path, options);
}

class PacketMountStream implements MountStream {
  readonly kind = 'mount';
  readonly path: string;
  readonly fanOut: FanOut;
  readonly multicast: MulticastGroup | undefined;
  readonly #timeline = openTimeline();
  readonly #waiting = new Set<() => void>();
  /** Wall clock time of tick 0. It never changes, so that setting the machine's clock makes no jump in the stream. */
  readonly #originMs = Date.now();
  #parameters: StreamParameters = {};
  #tracks: Track[] = [];
  #version = 0;
  #reportedMs = -Infinity;
  /** Whether pictures were lost, so that nothing is sent before the next key picture. */
  #needsKey = true;

  constructor(path: string, options: { maxQueueBytes: number; multicast: MulticastGroup | undefined }) {
    this.path = path;
    this.fanOut = openFanOut(options.maxQueueBytes);
    this.multicast = options.multicast;
  }

  trackCount(): number {
    return this.#tracks.length;
  }

  async sdp(waitMs: number): Promise<string | undefined> {
    if (this.#tracks.length === 0) await this.#parametersWithin(waitMs);
    if (this.#tracks.length === 0) return undefined;
    return formatSdp(this.path, this.#version, describeParameters(this.#parameters));
  }

  start(): ReturnType<LiveStream['start']> {
    return startOf(this.fanOut.ring(), this.#tracks);
  }

  ssrc(track: number): number {
    return this.#tracks[track]?.counter.ssrc ?? 0;
  }

  setParameters(parameters: StreamParameters): boolean {
    const canFollow = this.#tracks.length === 0 || sameTracks(this.#parameters, parameters);
    this.#parameters = parameters;
    this.#version += 1;
    if (!canFollow || this.#tracks.length === 0) {
      this.fanOut.breakOff();
      this.#tracks = tracksOf(parameters);
      this.#reportedMs = -Infinity;
    }
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
    return canFollow;
  }

  push(packet: Packet): void {
    const index = this.#tracks.findIndex((track) => track.kind === packet.track);
    const track = this.#tracks[index];
    if (!track || !Number.isFinite(packet.ptsTicks)) return;
    if (packet.track === 'video' && this.#needsKey && !packet.key) return;
    if (packet.key) this.#needsKey = false;
    const nowMs = performance.now();
    const ticks = this.#timeline.place(packet.ptsTicks, nowMs);
    const unit = packet.track === 'video' ? this.#picture(index, ticks, packet) : this.#sound(index, ticks, packet);
    if (!unit) return;
    if (nowMs - this.#reportedMs > REPORT_EVERY_MS) this.#report(ticks, nowMs);
    this.fanOut.push(unit);
  }

  breakOff(): void {
    this.#needsKey = true;
    this.fanOut.breakOff();
  }

  close(): void {
    this.#tracks = [];
    for (const wake of this.#waiting) wake();
    this.fanOut.breakOff();
  }

  /** Makes the unit of a picture. Parameter sets precede each key picture, for players that began with older ones. */
  #picture(index: number, ticks: number, packet: Packet): Unit | undefined {
    const track = this.#tracks[index]!;
    const { video } = this.#parameters;
    const hasSets = packet.units.some((nal) => nal.length > 0 && (nal[0]! & 0x1f) === 7);
    const nals = packet.key && video && !hasSets ? [video.sps, video.pps, ...packet.units] : packet.units;
    const unit = packetiseH264(index, track.counter, rtpTimeAt(track, ticks), nals);
    return unit && { ...unit, key: packet.key };
  }

  #sound(index: number, ticks: number, packet: Packet): Unit | undefined {
    const track = this.#tracks[index]!;
    const frame = packet.units.length === 1 ? packet.units[0]! : Buffer.concat(packet.units);
    const unit = packetiseAac(index, track.counter, rtpTimeAt(track, ticks), frame);
    return unit && { ...unit, key: this.#tracks.length === 1 };
  }

  /**
   * Sends the reports of all tracks for the instant of the newest packet, and moves the clocks on before RTP time
   * wraps.
   */
  #report(ticks: number, nowMs: number): void {
    this.#reportedMs = nowMs;
    const ntp = ntpOfMs(this.#originMs) + (BigInt(Math.round(ticks)) << 32n) / BigInt(TICKS_PER_SECOND);
    for (const track of this.#tracks) {
      track.clock.ntp = ntp;
      track.clock.rtp = rtpTimeAt(track, ticks);
    }
    for (const unit of reportsAt(ntp, this.#tracks)) this.fanOut.push(unit);
  }

  #parametersWithin(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, waitMs);
      this.#waiting.add(done);
    });
  }
}

function tracksOf(parameters: StreamParameters): Track[] {
  const { video, audio } = parameters;
  return [
    ...(video ? [newTrack('video', VIDEO_PAYLOAD_TYPE, TICKS_PER_SECOND)] : []),
    ...(audio ? [newTrack('audio', AUDIO_PAYLOAD_TYPE, audio.sampleRateHz)] : []),
  ];
}

function newTrack(kind: Track['kind'], payloadType: number, rateHz: number): Track {
  const ssrc = randomBytes(4).readUInt32BE();
  const counter = { ssrc, payloadType, seq: randomInt(0x8000), packets: 0, octets: 0 };
  return { kind, counter, clock: { rateHz, ntp: 0n, rtp: 0 }, offset: randomInt(0x7fffffff) };
}

function rtpTimeAt(track: Track, ticks: number): number {
  const own = Math.round((ticks * track.clock.rateHz) / TICKS_PER_SECOND);
  return (track.offset + own) % 0x1_0000_0000;
}

function sameTracks(before: StreamParameters, after: StreamParameters): boolean {
  if (!before.video !== !after.video || !before.audio !== !after.audio) return false;
  const [old, young] = [before.audio, after.audio];
  return !old || !young || (old.config.equals(young.config) && old.sampleRateHz === young.sampleRateHz);
}
