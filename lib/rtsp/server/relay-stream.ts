/** A live stream that a publisher feeds: its RTP packets are passed on unchanged, in any codec. */
import { openFanOut, type FanOut } from './fan-out.ts';
import { startOf, type LiveStream, type TrackClock } from './live-stream.ts';
import { formatFields, hasFormat, readerFor, type ParameterSets } from '../wire/nal.ts';
import { ntpOfRtp, readSenderReport } from '../wire/rtcp.ts';
import { frameUp, readRtp, type RtpHeader } from '../wire/rtp.ts';
import { formatSdp, withFormat, type TrackDescription } from '../wire/sdp.ts';

/** Takes one RTP or RTCP packet of a track. */
export type RtpListener = (track: number, packet: Buffer, isRtcp: boolean) => void;

/** A stream that is fed by a publisher; made by `openRelayStream`. */
export interface RelayStream extends LiveStream {
  /** Takes one RTP or RTCP packet; anything else is dropped. Never throws. */
  receive(track: number, isRtcp: boolean, packet: Buffer): void;
  onPacket(listener: RtpListener): () => void;
  readonly receivedBytes: number;
  /** Monotonic time of the last packet. */
  readonly lastReceivedMs: number;
  close(): void;
}

/**
 * Limits of one picture in bytes and packets. A larger one is noise, or of a codec that does not mark its pictures; it
 * is dropped.
 */
const MAX_PICTURE_BYTES = 4 << 20;
const MAX_PICTURE_PACKETS = 8192;
const FAR_TICKS = 1 << 30;

interface Track extends TrackClock {
  description: TrackDescription;
  isVideo: boolean;
  look: ReturnType<typeof readerFor>;
  sets: ParameterSets;
  /** The packets of the unfinished picture. */
  picture: Buffer[];
  pictureBytes: number;
  pictureTime: number;
  pictureIsKey: boolean;
}

/** Opens the stream of a publisher. */
export function openRelayStream(
  path: string,
  tracks: readonly TrackDescription[],
  options: { maxQueueBytes: number },
): RelayStream {
  return new RunningRelayStream(path, tracks, options.maxQueueBytes);
}

class RunningRelayStream implements RelayStream {
  readonly kind = 'publication';
  readonly path: string;
  readonly fanOut: FanOut;
  readonly multicast = undefined;
  receivedBytes = 0;
  lastReceivedMs = performance.now();
  readonly #tracks: Track[];
  readonly #hasVideo: boolean;
  readonly #listeners = new Set<RtpListener>();
  readonly #waiting = new Set<() => void>();

  constructor(path: string, descriptions: readonly TrackDescription[], maxQueueBytes: number) {
    this.path = path;
    this.fanOut = openFanOut(maxQueueBytes);
    this.#tracks = descriptions.map(newTrack);
    this.#hasVideo = this.#tracks.some((track) => track.isVideo);
  }

  trackCount(): number {
    return this.#tracks.length;
  }

  /**
   * Gives the description. If no parameter sets were announced, it waits up to `waitMs` for them in the stream; if none
   * come, it describes what is known.
   */
  async sdp(waitMs: number): Promise<string> {
    if (!this.#isDescribed()) await this.#setsWithin(waitMs);
    const described = this.#tracks.map(({ description, sets }) => {
      const fields = formatFields(description.codec, sets);
      return Object.keys(fields).length > 0 ? withFormat(description, fields) : description;
    });
    return formatSdp(this.path, 1, described);
  }

  start(): ReturnType<LiveStream['start']> {
    return startOf(this.fanOut.ring(), this.#tracks);
  }

  ssrc(track: number): number {
    return this.#tracks[track]?.counter.ssrc ?? 0;
  }

  onPacket(listener: RtpListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  receive(index: number, isRtcp: boolean, packet: Buffer): void {
    const track = this.#tracks[index];
    if (!track) return;
    this.receivedBytes += packet.length;
    this.lastReceivedMs = performance.now();
    if (isRtcp) this.#report(index, track, packet);
    else this.#media(index, track, packet);
    for (const listener of this.#listeners) listener(index, packet, isRtcp);
  }

  close(): void {
    for (const wake of this.#waiting) wake();
    this.#listeners.clear();
    this.fanOut.breakOff();
  }

  #report(index: number, track: Track, packet: Buffer): void {
    const report = readSenderReport(packet);
    if (!report) return;
    track.clock = { rateHz: track.description.clockRateHz, ntp: report.ntp, rtp: report.rtpTime };
    this.fanOut.push(frameUp(index, true, [packet]));
  }

  #media(index: number, track: Track, packet: Buffer): void {
    const header = readRtp(packet);
    if (!header || header.payloadType !== track.description.payloadType) return;
    count(track, header);
    if (!track.isVideo) return this.fanOut.push({ ...frameUp(index, false, [packet]), key: !this.#hasVideo });
    if (track.picture.length > 0 && header.rtpTime !== track.pictureTime) this.#emit(index, track);
    this.#inspect(track, header);
    track.picture.push(packet);
    track.pictureBytes += packet.length;
    track.pictureTime = header.rtpTime;
    if (header.marker) this.#emit(index, track);
    else if (track.pictureBytes > MAX_PICTURE_BYTES || track.picture.length > MAX_PICTURE_PACKETS) clear(track);
  }

  #inspect(track: Track, header: RtpHeader): void {
    if (!track.look) return void (track.pictureIsKey = true);
    const { isKey, sets } = track.look(header.payload);
    track.pictureIsKey ||= isKey;
    Object.assign(track.sets, sets);
  }

  #emit(index: number, track: Track): void {
    const unit = frameUp(index, false, track.picture);
    unit.key = track.pictureIsKey;
    clear(track);
    this.fanOut.push(unit);
    if (this.#waiting.size > 0 && this.#isDescribed()) for (const wake of this.#waiting) wake();
  }

  #isDescribed(): boolean {
    return this.#tracks.every(
      ({ look, description, sets }) =>
        !look || hasFormat(description.attributes) || Object.keys(formatFields(description.codec, sets)).length > 0,
    );
  }

  #setsWithin(waitMs: number): Promise<void> {
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

function newTrack(description: TrackDescription): Track {
  return {
    description,
    isVideo: description.kind === 'video',
    look: readerFor(description.codec),
    sets: {},
    counter: { ssrc: 0, seq: 0, packets: 0, octets: 0 },
    clock: undefined,
    picture: [],
    pictureBytes: 0,
    pictureTime: 0,
    pictureIsKey: false,
  };
}

function clear(track: Track): void {
  track.picture = [];
  track.pictureBytes = 0;
  track.pictureIsKey = false;
}

/** Counts a packet for later reports, and moves the clock on before 32 bits of RTP time wrap. */
function count(track: Track, header: RtpHeader): void {
  const { counter, clock } = track;
  counter.ssrc = header.ssrc;
  counter.seq = (header.seq + 1) & 0xffff;
  counter.packets += 1;
  counter.octets += header.payload.length;
  if (!clock || Math.abs((header.rtpTime - clock.rtp) | 0) < FAR_TICKS) return;
  track.clock = { ...clock, ntp: ntpOfRtp(clock, header.rtpTime), rtp: header.rtpTime };
}
