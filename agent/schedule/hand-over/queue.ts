import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { ServerTrouble, waitMs, type RetryRules } from '../server/answer.ts';
import { isSettled, partsOf, type Recording, type Recordings, type RecordingTrack } from '../recordings.ts';
import { afresh, isOpenAt, newHandOver, telling, type HandOver } from './hand-over.ts';
import { doStep, type IngestOptions } from './ingest.ts';
import type { HandOverStore } from './hand-over-store.ts';
import type { Since } from './since.ts';
import { openWaits, type Waits } from './waits.ts';

/** Options of `openHandOverQueue`. */
export interface QueueOptions {
  store: HandOverStore;
  recordings: Recordings;
  clock: Clock;
  log: Log;
  retry: RetryRules;
  /** Whether recordings that were started by hand are handed over. */
  byHand: boolean;
  /** Decides which recordings by hand are handed over: those since the hand-over was set up. */
  since: Since;
  /** Hours in which files are sent, on the hall's clock: `19:00-07:00`. */
  hours?: string;
  minuteOfDay: () => number;
  ingest: Omit<IngestOptions, 'flow' | 'signal' | 'askFirst' | 'tracks'>;
  /** Whether layouts and slides go with a recording. */
  withTracks: boolean;
  pace: (bytes: number) => Promise<void>;
  /** Whether a take is recorded now, or will be continued. */
  isBusy: (take: string, booking: string | undefined) => boolean;
  random: () => number;
  onChange: () => void;
}

/** Hands recordings over, one at a time, the oldest first. A failed one waits and is tried again. */
export interface HandOverQueue {
  list(): Waiting[];
  /** The take that is being sent. */
  readonly sending: string | undefined;
  /** Looks for a recording to hand over; called after a recording was finished. */
  look(): void;
  /** Must be called when the server answers again: hand-overs that wait because of it are tried at once. */
  serverIsBack(): void;
  /** Sends a recording now, even if it was sent before or is held; false if there is none. */
  send(take: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A hand-over in the queue. */
export interface Waiting extends HandOver {
  recording: Recording | undefined;
  /** Reason why the hand-over waits now; undefined: it does not. */
  waitsFor?: string;
  sentBytes?: number;
  totalBytes?: number;
}

/** Booking of a test recording, which the first-start wizard makes; it is sent only if a person asks for it. */
const TRIAL = 'trial';
const LOOK_MS = 30_000;
/**
 * Number of finished hand-overs without a recording that are remembered; older ones are forgotten. The limit is a
 * number and no age, since the clock may be wrong by decades.
 */
const MOST_REMEMBERED = 500;
/** Number of failures in a row after which the server is told of them. */
const TOLD_AFTER = 3;

/** Opens the queue, which begins at once. */
export function openHandOverQueue(options: QueueOptions): HandOverQueue {
  return new KeptHandOverQueue(options);
}

class KeptHandOverQueue implements HandOverQueue {
  readonly #options: QueueOptions;
  readonly #abort = new AbortController();
  readonly #waits: Waits;
  #sending: { take: string; bytes: number } | undefined;
  #working: Promise<void> | undefined;
  #cancel = (): void => undefined;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#waits = openWaits(options.clock, options.retry);
    this.look();
  }

  get sending(): string | undefined {
    return this.#sending?.take;
  }

  list(): Waiting[] {
    const { store, recordings } = this.#options;
    return store.list().map((handOver) => {
      const recording = recordings.find(handOver.take);
      const waitsFor = this.#waitsFor(handOver, recording);
      const totalBytes = recording && partsOf(recording).reduce((sum, { bytes }) => sum + bytes, 0);
      const sent = this.#sending?.take === handOver.take ? { sentBytes: this.#sending.bytes } : {};
      return {
        ...handOver,
        recording,
        nextAtMs: this.#options.clock.nowMs() + this.#waits.leftMs(handOver),
        ...(waitsFor ? { waitsFor } : {}),
        ...(totalBytes === undefined ? {} : { totalBytes }),
        ...sent,
      };
    });
  }

  look(): void {
    if (this.#closed || this.#working) return;
    this.#cancel();
    this.#working = this.#work()
      .catch((error: unknown) => this.#options.log.error({ error }, 'the hand-over failed'))
      .finally(() => {
        this.#working = undefined;
        const { clock } = this.#options;
        if (!this.#closed) this.#cancel = clock.at(clock.monotonicMs() + this.#untilNextMs(), () => this.look());
      });
  }

  serverIsBack(): void {
    const { store, clock, random, retry } = this.#options;
    for (const one of store.list()) {
      if (one.attempt === 0 || one.step === 'done') continue;
      const soonMs = clock.nowMs() + random() * retry.firstMs;
      if (this.#waits.leftMs(one) > soonMs - clock.nowMs())
        void store.put({ ...one, nextAtMs: soonMs }).catch(() => undefined);
    }
    this.look();
  }

  async send(take: string): Promise<boolean> {
    const { store, recordings, clock } = this.#options;
    const recording = recordings.find(take);
    if (!recording) return false;
    const known = store.find(take) ?? newHandOver(take, clock.nowMs());
    const { held: _, ...open } = known;
    const again = known.step === 'done' ? afresh(open, clock.nowMs()) : { ...open, nextAtMs: clock.nowMs() };
    await store.put(again);
    this.look();
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    this.#abort.abort();
    await this.#working;
  }

  async #work(): Promise<void> {
    await this.#takeUp();
    for (let next = this.#next(); next && !this.#closed; next = this.#next())
      await this.#do(next.handOver, next.recording);
  }

  /** Adds new recordings; a hand-over without a recording is removed. */
  async #takeUp(): Promise<void> {
    const { store, recordings, clock, byHand, since } = this.#options;
    for (const recording of recordings.list()) {
      const isNew = isSettled(recording) && recording.deliveredAtMs === undefined && !store.find(recording.id);
      if (isNew && byHand && since.isNew(recording))
        await store.put({
          ...newHandOver(recording.id, clock.nowMs()),
          ...(recording.bookingId === TRIAL ? { held: 'it is a test recording' } : {}),
        });
    }
    const gone = store.list().filter(({ take }) => !recordings.find(take) && !this.#options.isBusy(take, undefined));
    const done = gone.filter(({ step }) => step === 'done');
    const open = gone.filter(({ step }) => step !== 'done');
    for (const { take } of [...open, ...done.slice(0, -MOST_REMEMBERED)]) await store.remove(take);
  }

  #next(): { handOver: HandOver; recording: Recording } | undefined {
    for (const handOver of this.#options.store.list()) {
      const recording = this.#options.recordings.find(handOver.take);
      if (recording && handOver.step !== 'done' && this.#waitsFor(handOver, recording) === undefined)
        return { handOver, recording };
    }
    return undefined;
  }

  #waitsFor(handOver: HandOver, recording: Recording | undefined): string | undefined {
    const { hours, minuteOfDay, isBusy } = this.#options;
    const { step, held, error, take, booking } = handOver;
    if (step === 'done') return undefined;
    if (held !== undefined) return held;
    if (!recording || !isSettled(recording)) return 'it is being recorded, or finished';
    if (step === 'recording' && isBusy(take, booking?.id)) return 'its event is not over';
    if (this.#waits.leftMs(handOver) > 0) return error ?? 'its turn';
    if (!isOpenAt(hours, minuteOfDay()) && step !== 'fetching') return `the hours of sending: ${hours}`;
    return undefined;
  }

  async #do({ take, step, unsure = false }: HandOver, recording: Recording): Promise<void> {
    const { store, onChange } = this.#options;
    if (partsOf(recording).length === 0) {
      await store.update(take, (known) => telling({ ...known, held: 'nothing was recorded' }, 'capture_error'));
      return onChange();
    }
    if (this.#sending?.take !== take) this.#sending = { take, bytes: 0 };
    if (step === 'recording' || step === 'create') await store.update(take, (known) => telling(known, 'uploading'));
    // The note is written before the ingest is sent, so that after a crash the server is asked first.
    if (step === 'ingest') await store.update(take, (known) => ({ ...known, unsure: true }));
    onChange();
    try {
      await this.#step(take, recording, unsure);
    } catch (error) {
      await this.#failed(take, unsure, error);
    }
    onChange();
  }

  async #step(take: string, recording: Recording, askFirst: boolean): Promise<void> {
    const { store, recordings, ingest, pace, clock, log } = this.#options;
    const handOver = store.find(take);
    if (!handOver) return;
    const onSent = (bytes: number): void => {
      if (this.#sending) this.#sending.bytes += bytes;
    };
    const flow = { pace, onSent };
    const tracks = handOver.step === 'manifest' ? this.#tracksOf(take) : [];
    const done = await doStep(handOver, recording, { ...ingest, tracks, askFirst, flow, signal: this.#abort.signal });
    const isDone = done.step === 'done';
    await store.update(take, ({ tell, booking, fetched }) => {
      const stands = { ...done, tell, ...(booking ? { booking } : {}), ...(fetched ? { fetched } : {}) };
      return isDone ? telling({ ...stands, deliveredAtMs: clock.nowMs() }, 'upload_finished') : stands;
    });
    if (!isDone) return;
    recordings.markDelivered(take);
    log.info({ take }, 'the server has it');
    this.#sending = undefined;
  }

  /** The tracks of a recording; none if they cannot be made, since the recording can go without them. */
  #tracksOf(take: string): readonly RecordingTrack[] {
    const { recordings, withTracks, log } = this.#options;
    try {
      return withTracks ? (recordings.tracksOf?.(take) ?? []) : [];
    } catch (error) {
      log.error({ take, error: (error as Error).stack }, 'layouts and slides are not sent');
      return [];
    }
  }

  async #failed(take: string, wasUnsure: boolean, error: unknown): Promise<void> {
    const { store, clock, log, retry, random } = this.#options;
    this.#sending = undefined;
    // A transfer that the end of the box interrupted is no failure: it is continued at the next start.
    if (this.#closed) return;
    const trouble = error instanceof ServerTrouble ? error : undefined;
    const text = error instanceof Error ? error.message : String(error);
    const nowMs = clock.nowMs();
    await store.update(take, (known) => {
      const attempt = known.attempt + 1;
      const nextAtMs = this.#waits.begin(take, Math.max(trouble?.retryAfterMs ?? 0, waitMs(attempt, retry, random())));
      log.warn({ take, step: known.step, attempt, error: text }, 'the hand-over waits');
      const { unsure: _, ...certain } = known;
      const unsure = known.step === 'ingest' && (wasUnsure || trouble?.unsure === true);
      const stands = isOfNoUse(known, trouble) ? afresh(certain, nowMs) : { ...certain, ...(unsure ? { unsure } : {}) };
      const failed = { ...stands, attempt, nextAtMs, error: text };
      return attempt === TOLD_AFTER ? telling(failed, 'upload_error') : failed;
    });
  }

  #untilNextMs(): number {
    const waits = this.#options.store
      .list()
      .filter(({ step, held }) => step !== 'done' && held === undefined)
      .map((handOver) => this.#waits.leftMs(handOver));
    return Math.max(50, Math.min(LOOK_MS, ...waits.filter((ms) => ms > 0)));
  }
}

/** Whether the server no longer has the parts that were sent, or is another server; then the hand-over begins anew. */
const isOfNoUse = ({ step }: HandOver, trouble: ServerTrouble | undefined): boolean =>
  (trouble?.kind === 'refused' || trouble?.kind === 'missing') && step !== 'recording' && step !== 'create';
