import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { ServerTrouble, waitMs, type RetryRules } from '../server/answer.ts';
import { isSettled, partsOf, type Recording, type Recordings } from '../recordings.ts';
import { afresh, isOpenAt, newHandOver, telling, type HandOver } from './hand-over.ts';
import { doStep, type IngestOptions } from './ingest.ts';
import type { HandOverShelf } from './shelf.ts';

export interface QueueOptions {
  shelf: HandOverShelf;
  recordings: Recordings;
  clock: Clock;
  log: Log;
  retry: RetryRules;
  /** Recordings that were started by hand are handed over too. */
  byHand: boolean;
  /** Older recordings by hand are not. */
  sinceMs: number;
  /** `19:00-07:00`: hours in which files are sent, on the clock of the hall. */
  hours?: string;
  minuteOfDay: () => number;
  ingest: Omit<IngestOptions, 'flow' | 'signal' | 'askFirst'>;
  pace: (bytes: number) => Promise<void>;
  /** It is recorded now, or will be gone on with. */
  isBusy: (take: string, booking: string | undefined) => boolean;
  random: () => number;
  onChange: () => void;
}

/** Brings recordings to the server, one at a time, oldest first; whatever fails waits its turn and is tried again. */
export interface HandOverQueue {
  list(): Waiting[];
  /** What is being sent at this moment. */
  readonly sending: string | undefined;
  /** Something may be due: a recording was finished, the server is back. */
  look(): void;
  /** The server answers again: nobody waits for a server any more. */
  serverIsBack(): void;
  /** Sends it now, also again, also what was held. False: there is no such recording. */
  send(take: string): Promise<boolean>;
  close(): Promise<void>;
}

export interface Waiting extends HandOver {
  recording: Recording | undefined;
  /** Why nothing is done for it at this moment. */
  waitsFor?: string;
  sentBytes?: number;
  totalBytes?: number;
}

const LOOK_MS = 30_000;
const KEPT_MS = 30 * 86_400_000;
/** So many failures in a row are told to the server, when it can be told. */
const TOLD_AFTER = 3;

export function openHandOverQueue(options: QueueOptions): HandOverQueue {
  return new Queue(options);
}

class Queue implements HandOverQueue {
  readonly #options: QueueOptions;
  readonly #abort = new AbortController();
  #sending: { take: string; bytes: number } | undefined;
  #working: Promise<void> | undefined;
  #cancel = (): void => undefined;
  #closed = false;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.look();
  }

  get sending(): string | undefined {
    return this.#sending?.take;
  }

  list(): Waiting[] {
    const { shelf, recordings } = this.#options;
    return shelf.list().map((handOver) => {
      const recording = recordings.find(handOver.take);
      const waitsFor = this.#waitsFor(handOver, recording);
      const totalBytes = recording && partsOf(recording).reduce((sum, { bytes }) => sum + bytes, 0);
      const sent = this.#sending?.take === handOver.take ? { sentBytes: this.#sending.bytes } : {};
      return {
        ...handOver,
        recording,
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
    const { shelf, clock, random, retry } = this.#options;
    for (const one of shelf.list()) {
      if (one.attempt === 0 || one.step === 'done') continue;
      const soonMs = clock.nowMs() + random() * retry.firstMs;
      if (one.nextAtMs > soonMs) void shelf.put({ ...one, nextAtMs: soonMs }).catch(() => undefined);
    }
    this.look();
  }

  async send(take: string): Promise<boolean> {
    const { shelf, recordings, clock } = this.#options;
    const recording = recordings.find(take);
    if (!recording) return false;
    const known = shelf.find(take) ?? newHandOver(take, clock.nowMs());
    const { held: _, ...open } = known;
    const again = known.step === 'done' ? afresh(open, clock.nowMs()) : { ...open, nextAtMs: clock.nowMs() };
    await shelf.put(again);
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

  /** Recordings that nobody has put on the list yet; hand-overs of which nothing is left are forgotten. */
  async #takeUp(): Promise<void> {
    const { shelf, recordings, clock, byHand, sinceMs } = this.#options;
    for (const recording of recordings.list()) {
      const isNew = isSettled(recording) && recording.deliveredAtMs === undefined && !shelf.find(recording.id);
      if (isNew && byHand && recording.startedAtMs >= sinceMs)
        await shelf.put(newHandOver(recording.id, clock.nowMs()));
    }
    for (const { take, createdAtMs, step } of shelf.list()) {
      const isOver = step === 'done' && clock.nowMs() - createdAtMs > KEPT_MS;
      if (!recordings.find(take) && (isOver || step !== 'done') && !this.#options.isBusy(take, undefined))
        await shelf.remove(take);
    }
  }

  #next(): { handOver: HandOver; recording: Recording } | undefined {
    for (const handOver of this.#options.shelf.list()) {
      const recording = this.#options.recordings.find(handOver.take);
      if (recording && handOver.step !== 'done' && this.#waitsFor(handOver, recording) === undefined)
        return { handOver, recording };
    }
    return undefined;
  }

  #waitsFor(handOver: HandOver, recording: Recording | undefined): string | undefined {
    const { clock, hours, minuteOfDay, isBusy } = this.#options;
    const { step, held, nextAtMs, error, take, booking } = handOver;
    if (step === 'done') return undefined;
    if (held !== undefined) return held;
    if (!recording || !isSettled(recording)) return 'it is being recorded, or finished';
    if (step === 'recording' && isBusy(take, booking?.id)) return 'its event is not over';
    if (nextAtMs > clock.nowMs()) return error ?? 'its turn';
    if (!isOpenAt(hours, minuteOfDay()) && step !== 'fetching') return `the hours of sending: ${hours}`;
    return undefined;
  }

  async #do({ take, step, unsure = false }: HandOver, recording: Recording): Promise<void> {
    const { shelf, onChange } = this.#options;
    if (partsOf(recording).length === 0) {
      await shelf.update(take, (known) => telling({ ...known, held: 'nothing was recorded' }, 'capture_error'));
      return onChange();
    }
    if (this.#sending?.take !== take) this.#sending = { take, bytes: 0 };
    if (step === 'recording' || step === 'create') await shelf.update(take, (known) => telling(known, 'uploading'));
    // That an ingest is sent is written down before it is: who dies in between asks first.
    if (step === 'ingest') await shelf.update(take, (known) => ({ ...known, unsure: true }));
    onChange();
    try {
      await this.#step(take, recording, unsure);
    } catch (error) {
      await this.#failed(take, unsure, error);
    }
    onChange();
  }

  async #step(take: string, recording: Recording, askFirst: boolean): Promise<void> {
    const { shelf, recordings, ingest, pace, clock, log } = this.#options;
    const handOver = shelf.find(take);
    if (!handOver) return;
    const onSent = (bytes: number): void => {
      if (this.#sending) this.#sending.bytes += bytes;
    };
    const flow = { pace, onSent };
    const done = await doStep(handOver, recording, { ...ingest, askFirst, flow, signal: this.#abort.signal });
    const isDone = done.step === 'done';
    await shelf.update(take, ({ tell, booking, fetched }) => {
      const stands = { ...done, tell, ...(booking ? { booking } : {}), ...(fetched ? { fetched } : {}) };
      return isDone ? telling({ ...stands, deliveredAtMs: clock.nowMs() }, 'upload_finished') : stands;
    });
    if (!isDone) return;
    recordings.markDelivered(take);
    log.info({ take }, 'the server has it');
    this.#sending = undefined;
  }

  async #failed(take: string, wasUnsure: boolean, error: unknown): Promise<void> {
    const { shelf, clock, log, retry, random } = this.#options;
    this.#sending = undefined;
    // What was under way when the box is told to end is gone on with at the next start.
    if (this.#closed) return;
    const trouble = error instanceof ServerTrouble ? error : undefined;
    const text = error instanceof Error ? error.message : String(error);
    const nowMs = clock.nowMs();
    await shelf.update(take, (known) => {
      const attempt = known.attempt + 1;
      const nextAtMs = nowMs + Math.max(trouble?.retryAfterMs ?? 0, waitMs(attempt, retry, random()));
      log.warn({ take, step: known.step, attempt, error: text }, 'the hand-over waits');
      const { unsure: _, ...certain } = known;
      const unsure = known.step === 'ingest' && (wasUnsure || trouble?.unsure === true);
      const stands = isOfNoUse(known, trouble) ? afresh(certain, nowMs) : { ...certain, ...(unsure ? { unsure } : {}) };
      const failed = { ...stands, attempt, nextAtMs, error: text };
      return attempt === TOLD_AFTER ? telling(failed, 'upload_error') : failed;
    });
  }

  #untilNextMs(): number {
    const { shelf, clock } = this.#options;
    const nowMs = clock.nowMs();
    const waits = shelf
      .list()
      .filter(({ step, held }) => step !== 'done' && held === undefined)
      .map(({ nextAtMs }) => nextAtMs - nowMs);
    return Math.max(50, Math.min(LOOK_MS, ...waits.filter((ms) => ms > 0)));
  }
}

/** Parts of it are gone at the server, or it is another server: what is not understood is begun anew. */
const isOfNoUse = ({ step }: HandOver, trouble: ServerTrouble | undefined): boolean =>
  (trouble?.kind === 'refused' || trouble?.kind === 'missing') && step !== 'recording' && step !== 'create';
