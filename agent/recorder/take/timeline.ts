import { TICKS_PER_SECOND, type Packet } from '#lib/media/packet.ts';

/**
 * A run is a stretch of packets that can stand in one file: without a break, pauses already taken out of its times.
 * Runs are numbered from 1.
 */
export interface TimelineEvents {
  /** A packet with its times moved so that a pause leaves no gap. `raw` is the packet as it came. */
  packet(run: number, packet: Packet, raw: Packet): void;
  /** Nothing more will come for this run. */
  end(run: number): void;
}

export type Cut = 'stop' | 'pause' | 'split';

/** Decides, packet by packet, what belongs to a take, and to which run of it. Pure: no clock, no I/O. */
export interface Timeline {
  /** Picture that the take begins with: the key picture of exactly this PTS, or the next one. */
  start(fromTicks: number): void;
  /**
   * `stop` and `pause` end before the picture with this PTS; `split` ends before the first key picture at or after
   * it and begins the next run there, so no frame is lost or doubled.
   */
  cut(how: Cut, atTicks: number): void;
  /** After a pause: goes on with the key picture of this PTS, or the next one. */
  resume(fromTicks: number): void;
  onPacket(packet: Packet): void;
  /** Packets are missing: the run ends with what has come, the next begins at the next key picture. */
  onBreak(): void;
  /** Nothing is open: all runs have ended. */
  readonly idle: boolean;
  /** Ends everything with what has come. */
  finish(): void;
}

interface Span {
  run: number;
  fromTicks: number;
  cut?: { how: Cut; atTicks: number };
  /** PTS of the first picture. */
  opened?: number;
  /** PTS at which the pictures ended. */
  closed?: number;
  soundDone: boolean;
  /** Sound may begin so much before the picture: after a pause it joins what was before. */
  earlyTicks: number;
  /** Taken off every time stamp. */
  shift: number;
}

/** Sound that waits for its picture: about 40 s of AAC frames. */
const MAX_WAITING = 2000;
/** Sound later than this behind the picture is no longer waited for. */
const SOUND_PATIENCE_TICKS = TICKS_PER_SECOND;

/** `hasSound` says whether the stream has an audio track. */
export function openTimeline(events: TimelineEvents, hasSound: () => boolean): Timeline {
  return new SpanTimeline(events, hasSound);
}

class SpanTimeline implements Timeline {
  readonly #events: TimelineEvents;
  readonly #hasSound: () => boolean;
  #spans: Span[] = [];
  #waiting: Packet[] = [];
  #run = 0;
  /** Of the run that is being filled. */
  #lastPictureEnd = 0;
  #lastPicture = 0;
  #lastSeen = 0;
  #lastSoundEnd = Number.NEGATIVE_INFINITY;
  #frameTicks = TICKS_PER_SECOND / 25;

  constructor(events: TimelineEvents, hasSound: () => boolean) {
    this.#events = events;
    this.#hasSound = hasSound;
  }

  get idle(): boolean {
    return this.#spans.length === 0;
  }

  start(fromTicks: number): void {
    this.#begin(++this.#run, fromTicks);
  }

  resume(fromTicks: number): void {
    // The run of before the pause goes on, unless a break has ended it meanwhile.
    const goesOn = this.#spans.length > 0;
    this.#begin(goesOn ? this.#run : ++this.#run, fromTicks);
    const span = this.#spans.at(-1);
    if (span && goesOn) span.earlyTicks = SOUND_FRAME_TICKS / 2;
  }

  cut(how: Cut, atTicks: number): void {
    const span = this.#spans.at(-1);
    if (!span || span.closed !== undefined) {
      if (how === 'stop') this.#endRun();
      return;
    }
    span.cut = { how, atTicks };
    if (how === 'split') this.#begin(++this.#run, atTicks);
    if (span.opened === undefined && atTicks <= span.fromTicks) this.#close(span, span.fromTicks);
    this.#advance();
  }

  onPacket(packet: Packet): void {
    if (packet.track === 'video') this.#picture(packet);
    else this.#sound(packet);
    this.#advance();
  }

  onBreak(): void {
    const last = this.#spans.at(-1);
    if (!last || (this.#spans.length === 1 && last.opened === undefined)) return;
    const goesOn = last.closed === undefined && (last.opened === undefined || !last.cut);
    const pending = last.opened === undefined ? this.#spans.pop() : undefined;
    const split = pending && this.#spans.at(-1)?.cut?.how === 'split';
    this.finish();
    if (!goesOn) return;
    // A start or a resumption that was asked for still waits for its picture; what was cut by force goes on at once.
    this.#begin(++this.#run, pending && !split ? pending.fromTicks : Number.NEGATIVE_INFINITY, pending?.cut);
  }

  finish(): void {
    for (const span of this.#spans) if (span.closed === undefined) this.#close(span, this.#lastPictureEnd);
    this.#placeWaiting();
    for (const span of this.#spans) span.soundDone = true;
    this.#waiting = [];
    const runs = new Set(this.#spans.map(({ run }) => run));
    this.#spans = [];
    for (const run of runs) this.#events.end(run);
  }

  #begin(run: number, fromTicks: number, cut?: Span['cut']): void {
    this.#spans.push({ run, fromTicks, soundDone: false, earlyTicks: 0, shift: 0, ...(cut ? { cut } : {}) });
  }

  #picture(packet: Packet): void {
    this.#lastSeen = packet.dtsTicks;
    for (const span of this.#spans) {
      if (span.closed !== undefined) continue;
      if (span.opened === undefined && !this.#opens(span, packet)) {
        if (span.closed === undefined) return;
        continue;
      }
      if (!this.#reachesCut(span, packet)) return this.#emitPicture(span, packet);
      const { how, atTicks } = span.cut as { how: Cut; atTicks: number };
      // A picture beyond the cut that is neither key nor last in order of decoding: those before it may still come.
      if (how !== 'split' && !packet.key && packet.dtsTicks < atTicks) return;
      this.#close(span, how === 'split' ? packet.ptsTicks : atTicks);
    }
  }

  #opens(span: Span, packet: Packet): boolean {
    if (span.cut && span.cut.how !== 'split' && packet.ptsTicks >= span.cut.atTicks) {
      this.#close(span, span.cut.atTicks);
      return false;
    }
    if (!packet.key || packet.ptsTicks < span.fromTicks) return false;
    this.#open(span, packet.ptsTicks);
    this.#lastPictureEnd = packet.ptsTicks;
    return true;
  }

  /** What a pause left out is taken off all later times. */
  #open(span: Span, atTicks: number): void {
    const before = this.#spans[this.#spans.indexOf(span) - 1];
    const paused = before?.run === span.run && before.closed !== undefined;
    span.shift = paused ? before.shift + atTicks - (before.closed as number) : 0;
    span.opened = atTicks;
  }

  #reachesCut(span: Span, packet: Packet): boolean {
    if (!span.cut || packet.ptsTicks < span.cut.atTicks) return false;
    return span.cut.how !== 'split' || packet.key;
  }

  #emitPicture(span: Span, packet: Packet): void {
    const step = packet.dtsTicks - this.#lastPicture;
    if (step > 0 && step < TICKS_PER_SECOND) this.#frameTicks = step;
    this.#lastPicture = packet.dtsTicks;
    this.#lastPictureEnd = Math.max(this.#lastPictureEnd, packet.ptsTicks + this.#frameTicks);
    this.#events.packet(span.run, moved(packet, span.shift), packet);
    this.#placeWaiting();
  }

  #close(span: Span, atTicks: number): void {
    if (span.opened === undefined) this.#open(span, atTicks);
    span.closed = Math.max(atTicks, span.opened ?? atTicks);
  }

  #sound(packet: Packet): void {
    if (!this.#place(packet)) this.#wait(packet);
  }

  #wait(packet: Packet): void {
    this.#waiting.push(packet);
    if (this.#waiting.length > MAX_WAITING) this.#waiting.shift();
  }

  #placeWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const packet of waiting) if (!this.#place(packet)) this.#wait(packet);
  }

  /** Puts sound into the span it belongs to, or drops it; false: not known yet. */
  #place(packet: Packet): boolean {
    for (const span of this.#spans) {
      if (span.soundDone) continue;
      if (packet.ptsTicks < (span.opened ?? span.fromTicks) - span.earlyTicks) return true;
      if (span.opened === undefined) return false;
      if (span.closed === undefined && span.cut && packet.ptsTicks >= span.cut.atTicks) return false;
      if (span.closed === undefined || packet.ptsTicks < span.closed) {
        this.#emitSound(span, packet);
        return true;
      }
      span.soundDone = true;
    }
    return true;
  }

  #emitSound(span: Span, packet: Packet): void {
    const placed = moved(packet, span.shift);
    // Where a pause was cut out, the first frame after it may overlap the last one before: closer than half is dropped.
    const overlap = this.#lastSoundEnd - placed.ptsTicks;
    if (overlap > SOUND_FRAME_TICKS / 2 && overlap < SOUND_FRAME_TICKS * 2 && span.shift > 0) return;
    this.#lastSoundEnd = placed.ptsTicks + SOUND_FRAME_TICKS;
    this.#events.packet(span.run, placed, packet);
  }

  /** Forgets spans that are complete and tells the runs that ended. */
  #advance(): void {
    this.#placeWaiting();
    for (const span of this.#spans) {
      if (span.closed === undefined) break;
      if (!this.#hasSound() || this.#lastSeen > span.closed + SOUND_PATIENCE_TICKS) span.soundDone = true;
    }
    this.#dropDone();
  }

  #dropDone(): void {
    for (let first = this.#spans[0]; first?.closed !== undefined && first.soundDone; first = this.#spans[0]) {
      const next = this.#spans[1];
      if (!next && first.cut?.how !== 'stop') return;
      if (next?.run === first.run) {
        if (next.opened === undefined) return;
        this.#spans.shift();
        continue;
      }
      this.#spans.shift();
      this.#events.end(first.run);
    }
  }

  #endRun(): void {
    const last = this.#spans.at(-1);
    if (!last) return;
    last.cut = { how: 'stop', atTicks: last.closed ?? last.fromTicks };
    this.#advance();
  }
}

/** Roughly one AAC frame (1024 samples at 48 kHz). */
const SOUND_FRAME_TICKS = 1920;

function moved(packet: Packet, shift: number): Packet {
  if (shift === 0) return packet;
  return { ...packet, ptsTicks: packet.ptsTicks - shift, dtsTicks: packet.dtsTicks - shift };
}
