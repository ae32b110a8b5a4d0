import type { AgentState } from '#lib/opencast/agent-state.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { ServerTrouble } from './answer.ts';
import type { HandOverStore } from '../hand-over/hand-over-store.ts';
import type { AgentDetails, Opencast } from './opencast.ts';

/** Options of `openReporter`. */
export interface ReporterOptions {
  opencast: Opencast;
  clock: Clock;
  log: Log;
  everyMs: number;
  state: () => AgentState;
  /** Address of the box's page. */
  address: () => string;
  configuration: () => Readonly<Record<string, string>>;
  details: () => AgentDetails;
  /** The event that is being recorded. */
  capturing: () => string | undefined;
  store: HandOverStore;
  /** Called when the server was reached, or with the reason why not. */
  onReached: (trouble: string | undefined) => void;
}

/** Tells the server the state and the configuration of the box, and the state of each recording. */
export interface Reporter {
  /** Must be called when something may have changed: it is told at once, unless the server does not answer. */
  look(): void;
  /** Stops, and tells the server that the box ends, if it answers in time. */
  close(): Promise<void>;
}

const AGAIN_MS = 5000;
/** Time in ms for telling the server that the box ends; then the box ends all the same. */
const OFFLINE_MS = 2000;
/**
 * Interval in ms in which the state `capturing` is repeated, so that a server that was away does not take the event for
 * failed.
 */
const CAPTURING_MS = 60_000;

/** Opens the reporter, which begins at once. */
export function openReporter(options: ReporterOptions): Reporter {
  return new RegularReporter(options);
}

class RegularReporter implements Reporter {
  readonly #options: ReporterOptions;
  #told: { state: AgentState; atMs: number } | undefined;
  #configured: string | undefined;
  /** The details that were told last; undefined: none yet; null: this server does not take them. */
  #detailed: string | null | undefined;
  #capturing: { event: string; atMs: number } | undefined;
  #working: Promise<void> | undefined;
  #again = false;
  #failing = false;
  #cancel = (): void => undefined;
  #closed = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
    this.look();
  }

  look(): void {
    if (this.#closed) return;
    if (this.#working) return void (this.#again = true);
    // A server that did not answer is asked at its next regular time.
    if (!this.#failing) this.#tellAndWait();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancel();
    const { opencast, address } = this.#options;
    const offline = this.#failing ? Promise.resolve() : opencast.setState('offline', address()).catch(() => undefined);
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, OFFLINE_MS);
    await Promise.race([offline, late]);
    clearTimeout(timer);
  }

  #tellAndWait(): void {
    this.#cancel();
    this.#again = false;
    this.#working = this.#tell()
      .then(() => this.#reached(undefined))
      .catch((error: unknown) => this.#reached(error instanceof Error ? error.message : String(error)))
      .finally(() => {
        this.#working = undefined;
        const { clock, everyMs } = this.#options;
        if (this.#closed) return;
        const soon = this.#again && !this.#failing;
        const waitMs = soon ? 0 : this.#failing ? Math.min(AGAIN_MS, everyMs) : everyMs;
        this.#cancel = clock.at(clock.monotonicMs() + waitMs, () => this.#tellAndWait());
      });
  }

  async #tell(): Promise<void> {
    const { opencast, clock, log, state, address, configuration, everyMs } = this.#options;
    const now = state();
    const due = this.#told === undefined || clock.monotonicMs() - this.#told.atMs >= everyMs * 0.9;
    if (due || this.#told?.state !== now || this.#failing) {
      await opencast.setState(now, address());
      this.#told = { state: now, atMs: clock.monotonicMs() };
    }
    const entries = configuration();
    const text = JSON.stringify(entries);
    // The configuration is sent again after a failure, since the server may be another one or have lost it.
    if (this.#configured !== text || this.#failing) {
      await opencast.setConfiguration(entries).catch((error: unknown) => {
        if (!(error instanceof ServerTrouble) || !['refused', 'missing', 'forbidden'].includes(error.kind)) throw error;
        log.warn({ error: error.message }, 'the server does not take the configuration of this agent');
      });
      this.#configured = text;
    }
    await this.#tellRecordings();
    await this.#tellDetails(due);
  }

  /**
   * Sends the details when they changed. A server that does not know them gets them again only after it did not answer
   * for a while.
   */
  async #tellDetails(due: boolean): Promise<void> {
    const details = this.#options.details();
    const text = JSON.stringify(details);
    if (this.#failing) this.#detailed = undefined;
    if (!due || this.#detailed === null || this.#detailed === text) return;
    this.#detailed = (await this.#options.opencast.tellDetails(details)) ? text : null;
  }

  async #tellRecordings(): Promise<void> {
    const { store, opencast, clock, capturing } = this.#options;
    for (const { take, booking, mediaPackageId } of store.list()) {
      const event = booking?.source === 'opencast' ? booking.uid : mediaPackageId;
      for (;;) {
        const next = store.find(take)?.tell[0];
        if (next === undefined) break;
        // A state without an event has no place on the server; it is dropped.
        if (event !== undefined) await opencast.setRecordingState(event, next);
        else if (next === 'uploading') break;
        await store.update(take, (known) => ({ ...known, tell: known.tell.slice(1) }));
      }
    }
    const event = capturing();
    const known = this.#capturing;
    if (event === undefined) this.#capturing = undefined;
    else if (known?.event !== event || clock.monotonicMs() - known.atMs > CAPTURING_MS) {
      // Only repetitions are sent here: the first `capturing` comes from the hand-over.
      if (known?.event === event) await opencast.setRecordingState(event, 'capturing');
      this.#capturing = { event, atMs: clock.monotonicMs() };
    }
  }

  #reached(trouble: string | undefined): void {
    const { log, onReached } = this.#options;
    if (trouble !== undefined && !this.#failing) log.warn({ trouble }, 'the scheduler cannot be told');
    if (trouble === undefined && this.#failing) log.info({}, 'the scheduler is there again');
    this.#failing = trouble !== undefined;
    onReached(trouble);
  }
}
