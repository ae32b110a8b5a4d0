import { join } from 'node:path';
import type { GrowthWatch, PartEnd } from '#agent/device/recording.ts';
import type { RecordingPart } from '#agent/device/recording.ts';
import { sleep, withinMs, type Clock } from '#lib/runtime/clock.ts';
import { openInTurn } from '#lib/runtime/in-turn.ts';
import type { Log } from '#lib/runtime/log.ts';
import { ServerTrouble } from '../server/answer.ts';
import type { Opencast } from '../server/opencast.ts';
import type { GrowingStore, KeptUpload } from './growing-store.ts';
import { openGrowingSource } from './growing-source.ts';
import { openTracksTeller, type TracksTeller, type TracksTellerOptions } from './growing-tracks.ts';
import { openGrowingWire, type FinishedAnswer, type GrowingFile, type GrowingWire } from './growing-wire.ts';
import { isSent, limitOf, newGrowth, pieceBytesOf, retryMs, verdictOf, type Growth } from './growth.ts';

/** Options of `openGrowing`. */
export interface GrowingOptions {
  opencast: Pick<Opencast, 'settings' | 'send'>;
  store: GrowingStore;
  clock: Clock;
  log: Log;
  /** Facts of a part for the server; undefined: it is not to be sent, or that is not known yet. */
  fileOf: (take: string, part: Pick<RecordingPart, 'name' | 'number' | 'stream'>) => GrowingFile | undefined;
  /** What is known of a part besides its bytes; without it the server is told at the end. */
  tracksOf?: TracksTellerOptions['tracksOf'] | undefined;
  /** Whether the recording is handed over or gone, so that its uploads are not needed. */
  isOver: (take: string) => boolean;
  /** Whether files may be sent at this time of the day. */
  isOpen: () => boolean;
  /** Limit of the rate; infinite: none. */
  maxKbps: number;
  /** Resolves when so many bytes may be sent. */
  pace: (bytes: number) => Promise<void>;
  random: () => number;
}

/** Sends recordings while they are recorded. */
export interface Growing extends GrowthWatch {
  /**
   * Address of the finished file of a part that the server made itself, with the same checksum; undefined: the whole
   * file has to be sent. Rejects with a ServerTrouble if the server cannot be asked now.
   */
  grown(take: string, part: string, sha256: string, signal: AbortSignal): Promise<string | undefined>;
  /** Must be called when the server did not take that file after all. */
  refused(take: string, part: string): void;
  close(): Promise<void>;
}

/** Opens the sending. */
export function openGrowing(options: GrowingOptions): Growing {
  return new GrowingOfServer(options);
}

/** Interval in ms in which what was recorded meanwhile is sent. */
const LOOK_MS = 2000;
/** Pieces of one part that are sent before it is another part's turn. */
const PIECES_A_TURN = 4;
/** Bytes that are sent without a wait. */
const MUCH_BYTES = 1 << 20;
/** Interval in ms in which uploads that are not needed any more are looked for. */
const TIDY_MS = 10_000;
/** Time in ms for which a server that takes no files while they are recorded is not asked again. */
const CANNOT_MS = 3_600_000;
/** Time in ms for which a part waits to be replaced by its finished file while its end is read. */
const HOLD_PATIENCE_MS = 3000;
/** Time in ms for which the file of a part that ended stays open while its end is sent. */
const HELD_MS = 600_000;
/** Parts that ended whose rest is held; the oldest are given up, and sent when they are finished. */
const MOST_HELD = 4;
/** Wait in ms before the server is asked again whether it has made a file, and for how long it is asked. */
const MAKING_MS = 300;
const MADE_WITHIN_MS = 1_800_000;

const keyOf = (take: string, part: string): string => `${take}/${part}`;

class GrowingOfServer implements Growing {
  readonly #options: GrowingOptions;
  readonly #abort = new AbortController();
  readonly #wire: GrowingWire;
  readonly #tracks: TracksTeller | undefined;
  readonly #growths = new Map<string, Growth>();
  /** Parts that are sent when they are finished. */
  readonly #whole = new Set<string>();
  /** Requests are made one after the other. */
  readonly #turns = openInTurn();
  #cannotUntilMs = 0;
  #cancel = (): void => undefined;
  #isLooking = false;
  /** Whether something came while it was looking, so that it looks again at once. */
  #isAsked = false;

  constructor(options: GrowingOptions) {
    this.#options = options;
    this.#wire = openGrowingWire(options.opencast, this.#abort.signal);
    const { tracksOf } = options;
    this.#tracks = tracksOf && openTracksTeller({ ...options, tracksOf, wire: this.#wire });
    this.#lookLater(LOOK_MS);
  }

  durable(take: string, part: RecordingPart, bytes: number): void {
    const key = keyOf(take, part.name);
    const known = this.#growths.get(key);
    if (known) known.durable = Math.max(known.durable, bytes);
    else if (!this.#whole.has(key) && this.#can()) {
      this.#growths.set(key, this.#growthOf(take, part, bytes));
      if (!this.#isLooking) this.#lookLater(LOOK_MS);
    }
  }

  async ends(take: string, part: RecordingPart, end: PartEnd): Promise<void> {
    const key = keyOf(take, part.name);
    // Its file may be about to be closed.
    if (this.#whole.has(key)) return this.#patiently(this.#turns.idle());
    const growth = this.#growths.get(key) ?? this.#growthOf(take, part, 0);
    // A part of which nothing was sent is sent when it is finished.
    if (growth.id === undefined) return this.#patiently(this.#sendWhole(growth, undefined));
    this.#growths.set(key, growth);
    Object.assign(growth, { end, isTold: false, heldUntilMs: this.#nowMs() + HELD_MS });
    await this.#patiently(this.#hold(growth, end));
    this.#limitHeld();
    this.#look();
  }

  async #hold(growth: Growth, { bytes }: PartEnd): Promise<void> {
    const { source } = growth;
    const held = await source?.hold(growth.sent, bytes).catch(() => 'nothing');
    if (held === 'nothing') await this.#sendWhole(growth, 'its bytes could not be kept until they were sent');
    // A request may be reading the file until its turn is over.
    if (held === 'memory') await this.#turns.run(() => source?.release());
  }

  /** Waits for what closes a file, but not for long: a part is finished also if the server is slow. */
  #patiently(closing: Promise<void>): Promise<void> {
    return withinMs(this.#options.clock, HOLD_PATIENCE_MS, closing);
  }

  async grown(take: string, part: string, sha256: string, signal: AbortSignal): Promise<string | undefined> {
    const growth = this.#growthFor(take, part);
    const { id, end } = growth ?? {};
    if (!growth || id === undefined || end === undefined) return undefined;
    const untilMs = this.#nowMs() + MADE_WITHIN_MS;
    for (let sent = -1; this.#nowMs() < untilMs && (sent < growth.sent || isSent(growth));) {
      sent = growth.sent;
      signal.throwIfAborted();
      growth.notBeforeMs = 0;
      await this.#turns.run(() => this.#advance(growth));
      if (this.#whole.has(keyOf(take, part))) return undefined;
      if (growth.error !== undefined) throw new ServerTrouble('unreachable', growth.error);
      if (!isSent(growth)) continue;
      const { state, why } = await this.#asked(growth, id, end, sha256);
      if (state === 'made') return this.#wire.urlOf(id);
      if (state === 'failed') {
        void this.#sendWhole(growth, why ?? 'the server cannot make it', true);
        return undefined;
      }
      if (state === 'making') await sleep(MAKING_MS);
    }
    void this.#sendWhole(growth, 'the server does not get it whole in time');
    return undefined;
  }

  #growthFor(take: string, part: string): Growth | undefined {
    if (this.#whole.has(keyOf(take, part))) return undefined;
    return this.#growths.get(keyOf(take, part)) ?? this.#sentBefore(take, part);
  }

  /** Asks for the finished file. */
  async #asked(growth: Growth, id: string, end: PartEnd, sha256: string): Promise<FinishedAnswer> {
    try {
      const answer = await this.#wire.end(id, end, sha256);
      // The server has fewer bytes than it said, as after a crash.
      if (answer.state === 'incomplete') Object.assign(growth, { isCertain: false, isTold: false });
      return answer;
    } catch (error) {
      if (!(error instanceof ServerTrouble) || verdictOf(error.kind, growth) === 'again') throw error;
      return { state: 'failed', why: error.message };
    }
  }

  refused(take: string, part: string): void {
    const growth = this.#growths.get(keyOf(take, part));
    if (growth) void this.#sendWhole(growth, 'the server did not take its own file');
  }

  async close(): Promise<void> {
    this.#cancel();
    this.#abort.abort();
    await this.#turns.idle();
    await this.#tracks?.idle();
    for (const { source } of this.#growths.values()) await source?.close();
    await this.#options.store.close();
  }

  #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  #can(): boolean {
    return this.#nowMs() >= this.#cannotUntilMs && !this.#abort.signal.aborted;
  }

  /** A part that is new, or of which the server has something since before a restart. */
  #growthOf(take: string, { name, number, stream, folder }: RecordingPart, durable: number): Growth {
    return {
      ...newGrowth(take, name, this.#keptOf(take, name)?.id),
      number,
      stream,
      durable,
      source: openGrowingSource(join(folder, name)),
    };
  }

  /** A part of which the server had all bytes before a restart. */
  #sentBefore(take: string, part: string): Growth | undefined {
    const kept = this.#keptOf(take, part);
    if (!kept?.end) return undefined;
    const { end } = kept;
    const growth = { ...newGrowth(take, part, kept.id), end, sent: end.bytes, isCertain: true, isTold: true };
    this.#growths.set(keyOf(take, part), growth);
    return growth;
  }

  /** An upload of this part at this server; those of another server are of no use. */
  #keptOf(take: string, part: string): KeptUpload | undefined {
    const kept = this.#options.store.find(take, part);
    return kept?.server === this.#options.opencast.settings.url ? kept : undefined;
  }

  #lookLater(ms: number): void {
    this.#cancel();
    const { clock } = this.#options;
    if (!this.#abort.signal.aborted) this.#cancel = clock.at(clock.monotonicMs() + ms, () => this.#look());
  }

  /** Sends what there is of all parts, one after the other. */
  #look(): void {
    this.#isAsked = this.#isLooking;
    if (this.#isLooking || this.#abort.signal.aborted) return;
    this.#isLooking = true;
    const work = async (): Promise<void> => {
      for (const growth of this.#growths.values()) await this.#turns.run(() => this.#advance(growth));
      await this.#turns.run(() => this.#tidy());
    };
    work()
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'what is recorded could not be sent'))
      .finally(() => {
        this.#isLooking = false;
        this.#lookLater(this.#isAsked ? 0 : this.#untilNextMs());
      });
  }

  /** Time in ms until something is to be sent again. */
  #untilNextMs(): number {
    const all = [...this.#growths.values()];
    const isBehind = (one: Growth): boolean =>
      one.id !== undefined && one.error === undefined && limitOf(one) - one.sent >= MUCH_BYTES;
    if (all.some(isBehind)) return 0;
    return all.some((one) => !isSent(one) || !one.isTold) ? LOOK_MS : TIDY_MS;
  }

  async #advance(growth: Growth): Promise<void> {
    if (this.#isGivenUp(growth) || this.#nowMs() < growth.notBeforeMs || !this.#options.isOpen()) return;
    try {
      await this.#send(growth);
      Object.assign(growth, { failures: 0, error: undefined });
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#failed(growth, error);
    }
  }

  #isGivenUp(growth: Growth): boolean {
    const { take, part, heldUntilMs } = growth;
    if (this.#whole.has(keyOf(take, part))) return true;
    const isLate = heldUntilMs !== undefined && this.#nowMs() >= heldUntilMs && !isSent(growth);
    if (isLate) void this.#sendWhole(growth, 'its end could not be sent in time');
    return isLate;
  }

  async #send(growth: Growth): Promise<void> {
    growth.id ??= await this.#begin(growth);
    if (growth.id === undefined) return;
    if (!growth.isCertain) growth.sent = await this.#wire.offset(growth.id);
    growth.isCertain = true;
    for (let count = 0; growth.sent < limitOf(growth) && count < PIECES_A_TURN; count++)
      await this.#sendPiece(growth, growth.id);
    if (!growth.end) this.#tracks?.tell(growth);
    if (!growth.end || growth.isTold || !isSent(growth)) return;
    await this.#wire.end(growth.id, growth.end);
    growth.isTold = true;
    this.#keep(growth, growth.id);
    await growth.source?.close();
  }

  async #begin(growth: Growth): Promise<string | undefined> {
    const { take, part, number, stream, end } = growth;
    const file = end ? undefined : this.#options.fileOf(take, { name: part, number, ...(stream ? { stream } : {}) });
    if (!file || !this.#can()) return undefined;
    const id = await this.#wire.create(file);
    this.#keep(growth, id);
    return id;
  }

  async #sendPiece(growth: Growth, id: string): Promise<void> {
    const { sent, source, end } = growth;
    if (!source) throw new Error('the file is gone');
    const limit = limitOf(growth);
    const bytes = pieceBytesOf(limit - sent, this.#options.maxKbps);
    await this.#options.pace(bytes);
    const length = end && sent + bytes === end.bytes ? end.bytes : undefined;
    // It counts as unknown how much arrived until the server has answered.
    growth.isCertain = false;
    const now = await this.#wire.append(id, sent, await source.piece(sent, bytes), length);
    if (now <= sent || now > sent + bytes) throw new ServerTrouble('busy', `the server says that it has ${now} bytes`);
    Object.assign(growth, { sent: now, isCertain: true });
  }

  #failed(growth: Growth, error: unknown): void {
    const { log, clock, random, store } = this.#options;
    const { take, part } = growth;
    const text = error instanceof Error ? error.message : String(error);
    const verdict = error instanceof ServerTrouble ? verdictOf(error.kind, growth) : 'whole';
    if (verdict === 'cannot') return this.#cannot(text);
    if (verdict === 'whole') return void this.#sendWhole(growth, text);
    growth.isCertain = false;
    growth.failures += 1;
    growth.error = text;
    growth.notBeforeMs = clock.monotonicMs() + retryMs(growth.failures, random());
    if (growth.failures === 1) log.info({ take, part, error: text }, 'what is recorded is sent later');
    if (verdict === 'again') return;
    const kept = store.find(take, part);
    if (kept) store.remove(kept);
    Object.assign(growth, { id: undefined, sent: 0, lost: growth.lost + 1 });
  }

  /** Notes that the server takes no files while they are recorded: they are sent when they are finished. */
  #cannot(why: string): void {
    this.#cannotUntilMs = this.#nowMs() + CANNOT_MS;
    this.#options.log.info({ why }, 'the server takes recordings only when they are finished');
    for (const growth of this.#growths.values()) if (growth.id === undefined) void this.#sendWhole(growth, undefined);
  }

  /**
   * Gives an upload up: the part is sent when it is finished. `isGone`: the server does not have the upload any more.
   * Resolves when its file is closed.
   */
  #sendWhole(growth: Growth, why: string | undefined, isGone = false): Promise<void> {
    const { take, part, id, source } = growth;
    const { log } = this.#options;
    this.#whole.add(keyOf(take, part));
    this.#growths.delete(keyOf(take, part));
    if (why !== undefined) log.warn({ take, part, why }, 'it is sent as a whole when it is finished');
    const closed = this.#turns.run(async () =>
      source?.close().catch((error: unknown) => log.warn({ take, part, err: error }, 'its file could not be closed')),
    );
    void this.#turns.run(async () => {
      const kept = this.#options.store.find(take, part);
      if (kept && !isGone && id !== undefined) await this.#forget(kept, why ?? 'the whole file is sent');
      else if (kept) this.#options.store.remove(kept);
    });
    return closed;
  }

  /** Gives up the oldest of too many parts that ended, so that few files stay open. */
  #limitHeld(): void {
    const held = [...this.#growths.values()].filter((one) => one.end !== undefined && !one.isTold);
    for (const growth of held.slice(0, -MOST_HELD)) void this.#sendWhole(growth, 'too many others wait to be sent');
  }

  #keep({ take, part, end, isTold }: Growth, id: string): void {
    const { store, opencast } = this.#options;
    store.put({ take, part, id, server: opencast.settings.url, ...(end && isTold ? { end } : {}) } as KeptUpload);
  }

  /** Removes the uploads of recordings that are handed over or gone. */
  async #tidy(): Promise<void> {
    const { store, isOver } = this.#options;
    for (const kept of store.list()) if (isOver(kept.take)) await this.#forget(kept, 'its recording is gone');
    for (const [key, { take, source }] of this.#growths) {
      if (!isOver(take)) continue;
      this.#growths.delete(key);
      await source?.close();
    }
    for (const key of this.#whole) if (isOver(key.slice(0, key.indexOf('/')))) this.#whole.delete(key);
  }

  /** Removes an upload from the server, if that can be reached: else it does so by itself after a while. */
  async #forget(kept: KeptUpload, because: string): Promise<void> {
    const { store, opencast } = this.#options;
    if (kept.server === opencast.settings.url) await this.#wire.remove(kept.id, because).catch(() => undefined);
    store.remove(kept);
  }
}
