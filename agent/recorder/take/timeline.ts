import { TICKS_PER_SECOND, type Packet } from '#lib/media/packet.ts';

/**
 * Receives the packets of a take. They come in runs, which are numbered from 1: a run is a series of packets that can
 * be in one file. It has no break, and pauses are already taken out of its times.
 */
export interface TimelineEvents {
  /**
   * Called for each packet: `packet` has its times moved, so that a pause leaves no gap; `raw` is the packet as it
   * came.
   */
  packet(run: number, packet: Packet, raw: Packet): void;
  /** Called when no more packets come for this run. */
  end(run: number): void;
}

export type Cut = 'stop' | 'pause' | 'split';

/** Decides for each packet whether it belongs to a take, and to which run of it. Pure: no clock, no input or output. */
export interface Timeline {
  /** Begins the take with the key picture of exactly this PTS, or the next one. */
  start(fromTicks: number): void;
  /**
   * Ends the take, pauses it, or begins its next run. `stop` and `pause` end before the picture with this PTS; `split`
   * ends before the first key picture at or after it, with which the next run begins, so that no frame is lost or
   * doubled.
   */
  cut(how: Cut, atTicks: number): void;
  /** Continues after a pause with the key picture of this PTS, or the next one. */
  resume(fromTicks: number): void;
  onPacket(packet: Packet): void;
  /**
   * Must be called when packets are missing: the run ends with those that have come, and the next one begins at the
   * next key picture.
   */
  onBreak(): void;
  /** Whether all runs have ended. */
  readonly idle: boolean;
  /** Ends all runs with the packets that have come. */
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
  /** Ticks by which sound may begin before the picture: after a pause it joins the sound before it. */
  earlyTicks: number;
  /** Ticks that are subtracted from every time stamp. */
  shift: number;
}

/**
 * Number of sound packets that may wait for their picture (about 40 s of AAC frames); beyond it the oldest are dropped.
 */
const MAX_WAITING = 2000;
/** Ticks by which sound may come later than the picture; then it is no longer waited for. */
const SOUND_PATIENCE_TICKS = TICKS_PER_SECOND;

/** Opens a timeline. `hasSound` says whether the stream has an audio track. */
export function openTimeline(events: TimelineEvents, hasSound: () => boolean): Timeline {
  return new SpanTimeline(events, hasSound);
}

class SpanTimeline implements Timeline {
  readonly #events: TimelineEvents;
  readonly #hasSound: () => boolean;
  #spans: Span[] = [];
  #waiting: Packet[] = [];
  #run = 0;
  /** PTS at which the last picture ends, in the run that gets packets now. */
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
    // The run from before the pause is continued, unless a break has ended it meanwhile.
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
    // A start or a resumption that was asked for still waits for its picture; a run that the break cut is continued
    // with the next key picture.
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
      // A picture after the cut that is neither a key picture nor last in decoding order: pictures from before the cut
      // may still come.
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

  /** Opens a span at its first picture. The length of a pause before it is subtracted from all its times. */
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

  /** Puts sound into its span, or drops it. False: its span is not known yet. */
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
    // The first sound frame after a pause may overlap the last one before it: if by more than half a frame, it is
    // dropped.
    const overlap = this.#lastSoundEnd - placed.ptsTicks;
    if (overlap > SOUND_FRAME_TICKS / 2 && overlap < SOUND_FRAME_TICKS * 2 && span.shift > 0) return;
    this.#lastSoundEnd = placed.ptsTicks + SOUND_FRAME_TICKS;
    this.#events.packet(span.run, placed, packet);
  }

  /** Forgets complete spans, and reports the runs that ended. */
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

/** Ticks of one AAC frame (1024 samples at 48 kHz). */
const SOUND_FRAME_TICKS = 1920;

function moved(packet: Packet, shift: number): Packet {
  if (shift === 0) return packet;
  return { ...packet, ptsTicks: packet.ptsTicks - shift, dtsTicks: packet.dtsTicks - shift };
}
