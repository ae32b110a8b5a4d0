import { chapterWords } from '../catalog/chapter-words.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Chapter, Recording } from '#agent/device/recording.ts';
import { durationMsOf, isOpen } from '../catalog/recording.ts';
import { openRun, type Run, type RunSettings } from './run.ts';
import type { TakeParts } from './take-parts.ts';
import { openTakeTracks, type TakeTracks, type TakeTracksOptions } from './take-tracks.ts';
import { openTimeline, type Timeline } from './timeline.ts';

/** Options of `openTake`. */
export interface TakeOptions extends Pick<TakeTracksOptions, 'layouts' | 'slides'> {
  ring: PacketRing;
  /** Makes the next frame a key picture, and gives its PTS (90 kHz). */
  markKey: () => number;
  clock: Clock;
  log: Log;
  parts: TakeParts;
  settings: RunSettings;
  /** Time in ms for which a stop waits for the last picture; before the first picture, twice this time for that one. */
  patienceMs: number;
  /** Called when the facts of the recording changed. */
  onChange(): void;
  /** Called when no destination can be written (with the reason), and when one can again. */
  onHalt(reason: string | undefined): void;
  /** Called when the take stops, by a command or at its time; `closed` resolves when all of it is on disk. */
  onStop(closed: Promise<void>): void;
}

/** A running recording. A command takes effect at the frame that is current when it comes. */
export interface Take {
  readonly info: Recording;
  /** PTS of the first picture. Rejects if the take ends without any. */
  readonly started: Promise<number>;
  /** Resolves when layouts and slides of a take that was stopped are complete, a few seconds after its last frame at most. */
  readonly tracked: Promise<void>;
  /** Stops the take; resolves when the last frame is on disk. */
  stop(): Promise<void>;
  pause(): void;
  resume(): void;
  mark(title?: string): void;
  /**
   * Sets the time (ms since 1970) at which the take ends by itself, by the wall clock as it is now; undefined: never.
   */
  endAt(endsAtMs: number | undefined): void;
  /** Continues the take in another destination, with its next part. */
  moveTo(destination: string): void;
  /** Closes the file but does not end the take, which is continued when the box is started again. */
  suspend(): Promise<void>;
}

/** Begins a take. */
export function openTake(info: Recording, options: TakeOptions): Take {
  return new TakeOfRing(info, options);
}

class TakeOfRing implements Take {
  readonly info: Recording;
  readonly started: Promise<number>;
  readonly #options: TakeOptions;
  readonly #timeline: Timeline;
  readonly #runs = new Map<number, Run>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #tracks: TakeTracks;
  tracked: Promise<void> = Promise.resolve();
  readonly #beganMs: number;
  /** Length in ms that was recorded before the take was continued; 0 for a new one. */
  readonly #earlierMs: number;
  readonly #begun = Promise.withResolvers<number>();
  #untap: () => void;
  #hasPictures = false;
  #lastTicks = { run: 0, ticks: 0 };
  /** Commands that came before the first picture, each with the frame that was current then. */
  #deferred: { ticks: number; command: (ticks: number) => void }[] = [];
  #pendingMarks: { ticks: number; title: string; kind: Chapter['kind'] }[] = [];
  #splitPending = false;
  #parameters: StreamParameters | undefined;
  #ending: 'stop' | 'suspend' | undefined;
  #cancelEnd: (() => void) | undefined;
  #openRuns = 0;
  #over = false;

  constructor(info: Recording, options: TakeOptions) {
    this.info = info;
    this.#options = options;
    this.#beganMs = options.clock.monotonicMs();
    this.#earlierMs = durationMsOf(info);
    this.started = this.#begun.promise;
    this.started.catch(() => undefined);
    this.#timeline = openTimeline(
      { packet: (run, packet, raw) => this.#onPacket(run, packet, raw), end: (run) => this.#onRunEnd(run) },
      () => options.ring.parameters?.audio !== undefined,
    );
    const fromTicks = options.markKey();
    this.#timeline.start(fromTicks);
    this.#tracks = this.#openTracks(fromTicks);
    this.#untap = options.ring.tap({
      onPacket: (packet) => this.#guard(() => this.#take(packet)),
      onBreak: (reason) => this.#guard(() => this.#onBreak(reason)),
    });
    this.#armEnd();
  }

  stop(): Promise<void> {
    if (this.#ending) return this.#closed.promise;
    this.#ending = 'stop';
    this.#cancelEnd?.();
    this.#setTimes();
    this.#options.onStop(this.#closed.promise);
    this.#now((ticks) => {
      this.tracked = this.#tracks.end(ticks).catch(() => undefined);
      this.#cut('stop', ticks);
    });
    const { clock, patienceMs } = this.#options;
    const wait = this.#hasPictures ? patienceMs : 2 * patienceMs;
    const cancel = clock.at(clock.monotonicMs() + wait, () => this.#guard(() => this.#finish()));
    return this.#closed.promise.finally(cancel);
  }

  suspend(): Promise<void> {
    if (!this.#ending) {
      this.#ending = 'suspend';
      this.#cancelEnd?.();
      this.#tracks.close();
      this.#guard(() => this.#finish());
    }
    return this.#closed.promise;
  }

  pause(): void {
    if (this.info.status === 'paused' || this.#ending) return;
    this.#setStatus('paused');
    this.#now((ticks) => this.#cut('pause', ticks));
  }

  resume(): void {
    if (this.info.status !== 'paused' || this.#ending) return;
    this.#setStatus(this.#hasPictures ? 'recording' : 'setup');
    this.#now((ticks) => {
      this.#pendingMarks.push({ ticks, title: chapterWords(this.info).resumed, kind: 'resume' });
      this.#timeline.resume(ticks);
    });
  }

  mark(title?: string): void {
    if (this.#ending) return;
    const count = this.info.chapters.filter(({ kind }) => kind === 'mark').length + this.#waitingMarks() + 1;
    // A mark in a pause is put on the first picture after it.
    const ticks = this.info.status === 'paused' ? Number.NEGATIVE_INFINITY : this.#options.markKey();
    this.#pendingMarks.push({ ticks, title: title || chapterWords(this.info).mark(count), kind: 'mark' });
  }

  endAt(endsAtMs: number | undefined): void {
    if (this.#ending) return;
    setEnd(this.info, endsAtMs);
    this.#armEnd();
    this.#options.onChange();
  }

  moveTo(destination: string): void {
    this.#options.parts.preferred = destination;
    if (this.info.status !== 'paused') this.#split();
  }

  /**
   * Sets the end of the recording, and its beginning too if the wall clock was set meanwhile. The length is measured on
   * the monotonic clock; of the wall clock, the present time is believed, or the former one if only that is possible.
   */
  #setTimes(): void {
    const { clock } = this.#options;
    const lastedMs = clock.monotonicMs() - this.#beganMs;
    const { startedAtMs, endedAtMs } = timesOf(this.info.startedAtMs, clock.nowMs(), lastedMs, this.#earlierMs > 0);
    const shiftMs = startedAtMs - this.info.startedAtMs;
    Object.assign(this.info, { startedAtMs, endedAtMs });
    if (shiftMs === 0) return;
    for (const part of this.info.parts)
      if (Math.abs(part.createdAtMs - endedAtMs) > lastedMs + CLOCK_STEP_MS) part.createdAtMs += shiftMs;
    for (const one of this.info.breaks)
      if (Math.abs(one.atMs - endedAtMs) > lastedMs + CLOCK_STEP_MS) one.atMs += shiftMs;
  }

  #openTracks(fromTicks: number): TakeTracks {
    const { layouts, slides, clock, log, parts } = this.#options;
    const { parts: files, layouts: earlierLayouts = [], slides: known } = this.info;
    const earlierSlides = files.length === 0 ? [] : known;
    const onChange = (): boolean => parts.tracksChanged();
    const tracks = openTakeTracks(fromTicks, { layouts, slides, earlierLayouts, earlierSlides, clock, log, onChange });
    parts.tracks = tracks;
    return tracks;
  }

  #waitingMarks(): number {
    return this.#pendingMarks.filter(({ kind }) => kind === 'mark').length;
  }

  /**
   * Runs a command for the current frame. Before the first picture, the command waits for it, since each take has at
   * least one picture.
   */
  #now(command: (ticks: number) => void): void {
    const ticks = this.#options.markKey();
    if (this.#hasPictures) command(ticks);
    else this.#deferred.push({ ticks, command });
  }

  /**
   * Runs the commands that waited for the first picture. `firstTicks` is its PTS; if no encoder ran, it may be later
   * than some commands.
   */
  #runDeferred(firstTicks: number): void {
    const deferred = this.#deferred;
    this.#deferred = [];
    if (deferred.some(({ ticks }) => ticks <= firstTicks)) this.#options.markKey();
    for (const { ticks, command } of deferred) command(Math.max(ticks, firstTicks + 1));
  }

  #cut(how: 'stop' | 'pause', ticks: number): void {
    this.#timeline.cut(how, ticks);
    this.#whenIdle();
  }

  /** Waits for the planned end, on the monotonic clock. A wait that is too long for a timer is divided. */
  #armEnd(): void {
    const { clock } = this.#options;
    this.#cancelEnd?.();
    this.#cancelEnd = undefined;
    if (this.info.endsAtMs === undefined) return;
    const dueMs = clock.monotonicMs() + this.info.endsAtMs - clock.nowMs();
    const arm = (): void => {
      const left = dueMs - clock.monotonicMs();
      const stepMs = 3_600_000;
      this.#cancelEnd = clock.at(
        clock.monotonicMs() + Math.min(left, stepMs),
        left > stepMs ? arm : () => this.#guard(() => void this.stop()),
      );
    };
    arm();
  }

  /** Runs `act` and logs its errors, so that none reaches the ring that passes the packets. */
  #guard(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.#options.log.error({ take: this.info.id, error: (error as Error).stack }, 'recorder');
    }
  }

  #take(packet: Packet): void {
    const { parameters } = this.#options.ring;
    if (!parameters?.video) return;
    if (packet.key && packet.track === 'video' && this.#parameters && !sameParameters(this.#parameters, parameters)) {
      this.#parameters = parameters;
      this.#onBreak('the stream has other parameters');
    }
    this.#timeline.onPacket(packet);
    if (this.#hasPictures && this.#deferred.length > 0) this.#runDeferred(packet.ptsTicks);
    this.#whenIdle();
  }

  #onBreak(reason: string): void {
    if (this.#hasPictures && isOpen(this.info)) {
      this.info.breaks.push({ atMs: this.#options.clock.nowMs(), reason });
      this.#options.onChange();
    }
    this.#splitPending = false;
    this.#timeline.onBreak();
    this.#whenIdle();
  }

  #onPacket(number: number, packet: Packet, raw: Packet): void {
    let run = this.#runs.get(number);
    if (!run) {
      this.#parameters = this.#options.ring.parameters as StreamParameters;
      run = openRun(this.#parameters, this.#options.settings, {
        nextFile: () => this.#options.parts.newFile(number),
        askSplit: () => this.#split(),
        onHalt: (reason) => this.#options.onHalt(reason),
      });
      this.#runs.set(number, run);
      this.#openRuns++;
      this.#splitPending = false;
    }
    run.add(packet);
    if (packet.track === 'video') this.#onPicture(number, packet, raw);
  }

  #onPicture(run: number, packet: Packet, raw: Packet): void {
    this.#lastTicks = { run, ticks: packet.ptsTicks };
    this.#tracks.picture(run, packet.ptsTicks, raw.ptsTicks);
    const due = this.#pendingMarks.filter(({ ticks }) => ticks <= raw.ptsTicks);
    this.#pendingMarks = this.#pendingMarks.filter(({ ticks }) => ticks > raw.ptsTicks);
    for (const { title, kind } of due) this.#options.parts.addChapter({ run, ticks: packet.ptsTicks, title, kind });
    if (this.#hasPictures) return;
    this.#hasPictures = true;
    this.#begun.resolve(raw.ptsTicks);
    if (this.info.status === 'setup') this.#setStatus('recording');
  }

  #split(): void {
    if (this.#splitPending || this.#ending || this.info.status === 'paused' || !this.#hasPictures) return;
    this.#splitPending = true;
    this.#guard(() => this.#timeline.cut('split', this.#options.markKey()));
  }

  #onRunEnd(number: number): void {
    const run = this.#runs.get(number);
    if (!run) return;
    this.#runs.delete(number);
    void run.end().then(() => {
      this.#openRuns--;
      this.#whenIdle();
    });
  }

  #finish(): void {
    this.#timeline.finish();
    this.#deferred = [];
    this.#whenIdle();
  }

  #whenIdle(): void {
    const busy = !this.#timeline.idle || this.#openRuns > 0 || this.#deferred.length > 0;
    if (!this.#ending || this.#over || busy) return;
    this.#over = true;
    if (!this.#hasPictures && this.#ending === 'stop') this.#begun.reject(new Error('no picture came'));
    this.#untap();
    this.#tracks.close();
    this.#placeLateMarks();
    this.#options.onHalt(undefined);
    this.#closed.resolve();
  }

  /** Puts marks that came after the last picture on that picture. */
  #placeLateMarks(): void {
    const marks = this.#pendingMarks.filter(({ kind }) => kind === 'mark');
    this.#pendingMarks = [];
    if (this.#hasPictures)
      for (const { title, kind } of marks) this.#options.parts.addChapter({ ...this.#lastTicks, title, kind });
  }

  #setStatus(status: Recording['status']): void {
    this.info.status = status;
    this.#options.onChange();
  }
}

/**
 * Step of the wall clock in ms up to which it counts as not set: clocks are corrected in small steps, and the start of
 * a recording may be rounded to a second.
 */
const CLOCK_STEP_MS = 5000;
/**
 * Times in ms between which a box can really record: outside of them its clock was never set, or its battery is empty.
 */
const POSSIBLE = { fromMs: Date.UTC(2024, 0, 1), toMs: Date.UTC(2060, 0, 1) };
const isPossible = (ms: number): boolean => ms >= POSSIBLE.fromMs && ms < POSSIBLE.toMs;

/**
 * The times at which a recording began and ended, from the wall clock at both and from its length on the monotonic
 * clock. With `isContinued` it was interrupted, so that the length only says that it cannot have begun after its end.
 */
export function timesOf(
  startedAtMs: number,
  endedAtMs: number,
  lastedMs: number,
  isContinued = false,
): { startedAtMs: number; endedAtMs: number } {
  const stepMs = endedAtMs - startedAtMs - lastedMs;
  const isAlike = isContinued ? stepMs >= -CLOCK_STEP_MS : Math.abs(stepMs) <= CLOCK_STEP_MS;
  if (isAlike && isPossible(startedAtMs) === isPossible(endedAtMs)) return { startedAtMs, endedAtMs };
  if (isPossible(startedAtMs) && !isPossible(endedAtMs))
    return { startedAtMs, endedAtMs: Math.round(startedAtMs + lastedMs) };
  return { startedAtMs: Math.round(endedAtMs - lastedMs), endedAtMs };
}

/** Sets the planned end in a recording's facts; undefined: there is none. */
export function setEnd(info: Recording, endsAtMs: number | undefined): void {
  if (endsAtMs === undefined) delete info.endsAtMs;
  else info.endsAtMs = Math.round(endsAtMs);
}

/** Recorded length of the take in milliseconds. */
export const elapsedMs = (take: Take): number => durationMsOf(take.info);

function sameParameters(a: StreamParameters, b: StreamParameters): boolean {
  if (a === b) return true;
  const [video, other] = [a.video, b.video];
  const sameVideo = video && other ? video.sps.equals(other.sps) && video.pps.equals(other.pps) : video === other;
  const [audio, otherAudio] = [a.audio, b.audio];
  return sameVideo && (audio && otherAudio ? audio.config.equals(otherAudio.config) : audio === otherAudio);
}
