import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Metadata, RecordingSeen } from '#agent/device/state.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { openCatalog, type Catalog } from './catalog.ts';
import { startDiskWatch, type DiskWatch } from './disk-watch.ts';
import type { OnFact } from './facts.ts';
import { baseName, nthName } from './file-name.ts';
import { openFinalizer, type Finalizer } from './finalizer.ts';
import { openJobs, type Jobs } from './jobs.ts';
import type { MediaTools } from './media-tools.ts';
import { bytesOfRecording, durationMsOf, EMPTY_METADATA, isOpen, isThere, type RecordingInfo } from './recording.ts';
import { scanRecordings } from './recovery.ts';
import { recorderMistakes, type RecorderSettings } from './settings.ts';
import { openStorage, type Storage } from './storage.ts';
import { openTakeParts } from './take-parts.ts';
import { openTake, type Take } from './take.ts';

export interface RecorderOptions extends MediaTools {
  ring: PacketRing;
  /** Makes the frame that comes next a key picture and tells its PTS (90 kHz). */
  markKey: () => number;
  clock: Clock;
  log: Log;
  settings: RecorderSettings;
  onFact: OnFact;
}

export interface RecordingRequest {
  metadata?: Partial<Metadata>;
  bookingId?: string;
  owner?: string;
  /** When it ends by itself, milliseconds since 1970; waited for on the clock that never jumps. */
  endsAtMs?: number;
  /** Name of the destination to use if it can be used. */
  destination?: string;
  /** Id of a recording that was cut off: this one goes on with it, as its next part. */
  continueTake?: string;
}

export interface RecordingHandle {
  id: string;
  /** PTS of the first picture, once it is there; rejects if none ever comes. */
  started: Promise<{ ptsTicks: number }>;
  /** When everything is done, also in the background. */
  finished: Promise<RecordingInfo>;
}

export interface RecoveredTake {
  info: RecordingInfo;
  /** It was being recorded (or paused) when the box went down: perhaps it should go on. */
  inProgress: boolean;
}

/** A command that cannot be followed now, and why. */
export class RecorderRefusal extends Error {}

/** Records what the ring carries. Commands return at once; what they start goes on in the background. */
export interface Recorder {
  /** First thing after a start: finds all recordings and puts in order what was left. Returns those not finished. */
  recover(): Promise<RecoveredTake[]>;
  /** Begins with the frame that comes next. Throws RecorderRefusal while one is recording. */
  start(request: RecordingRequest): RecordingHandle;
  /** Ends before the frame that comes next. Resolves when its last frame is on disk; undefined if nothing is recording. */
  stop(): Promise<RecordingInfo | undefined>;
  /** Pause, resume and mark do nothing when there is nothing to do it to; false says so. */
  pause(): boolean;
  resume(): boolean;
  mark(title?: string): boolean;
  /** The new end; undefined if nothing with an end is recording. */
  extend(minutes: number): number | undefined;
  /** The next part goes to this destination, at once. False: nothing is recording. */
  moveTo(destination: string): boolean;
  list(): RecordingInfo[];
  find(id: string): RecordingInfo | undefined;
  /** Deletes a recording, delivered or not, with all its files. Rejects with RecorderRefusal while it is recording. */
  remove(id: string): Promise<boolean>;
  markDelivered(id: string): boolean;
  seen(): RecordingSeen;
  /** Looks at the disks now. */
  lookAtDisks(): Promise<void>;
  /** Ends the file that is open, but not the take: the next `recover()` says that it was in progress. */
  close(): Promise<void>;
}

/** Throws an Error with all mistakes of the settings. */
export function openRecorder(options: RecorderOptions): Recorder {
  const mistakes = recorderMistakes(options.settings);
  if (mistakes.length > 0) throw new Error(`the recorder's settings: ${mistakes.join('; ')}`);
  return new RecorderOfRing(options);
}

const TELL_EVERY_MS = 1000;
const CLOSE_PATIENCE_MS = 5000;
const RUN_SETTINGS = { syncEveryMs: 600, maxBacklogBytes: 16 << 20 };
/** Before anything has been recorded: a default encoder's video and sound. */
const USUAL_KBPS = 830;

class RecorderOfRing implements Recorder {
  readonly #options: RecorderOptions;
  readonly #catalog: Catalog;
  readonly #storage: Storage;
  readonly #jobs: Jobs;
  readonly #finalizer: Finalizer;
  readonly #disks: DiskWatch;
  readonly #scope: Scope = openScope();
  #take: Take | undefined;
  #closing = false;
  #cancelTell = (): void => undefined;
  #finalizing = 0;
  readonly #halted = new Set<string>();
  /** The closing of a recording that is on its way: a new one, or a start that continues it, takes its place. */
  readonly #ends = new Map<string, object>();

  constructor(options: RecorderOptions) {
    const { clock, log, settings } = options;
    const low = new Set<string>();
    const onFact: OnFact = (fact) => {
      if (fact.kind === 'alarm' && 'raise' in fact && fact.raise.name === 'disk_space') low.add(fact.raise.about);
      options.onFact(fact);
    };
    this.#options = { ...options, onFact };
    const zone = settings.timeZone === undefined ? {} : { timeZone: settings.timeZone };
    this.#catalog = openCatalog({ identity: settings.identity, log, onFact, ...zone });
    this.#storage = openStorage(settings.destinations, clock, this.#catalog);
    this.#jobs = openJobs(log);
    const { maxFileBytes, thumbnails } = settings;
    const tools = { ffmpeg: options.ffmpeg, ffprobe: options.ffprobe };
    const shared = { catalog: this.#catalog, clock, log, onFact };
    this.#finalizer = openFinalizer({ ...shared, tools, jobs: this.#jobs, thumbnails, maxFileBytes, ...zone });
    this.#disks = startDiskWatch({
      ...shared,
      storage: this.#storage,
      rules: settings.disk,
      low,
      kbps: () => this.#kbps(),
      remove: async (id) => void (await this.remove(id)),
    });
    this.#scope.defer(() => this.#catalog.settled());
    this.#scope.defer(() => this.#jobs.close());
    this.#scope.defer(() => this.#disks.close());
    this.#scope.defer(() => this.#cancelTell());
  }

  async recover(): Promise<RecoveredTake[]> {
    const seen = await this.#storage.inspect();
    const readable = this.#storage.destinations.filter((_, index) => (seen[index]?.totalBytes ?? 0) > 0);
    const found = await scanRecordings(readable, this.#options.log);
    // Numbered ones first, so that a new number is not one that is taken.
    for (const info of found.toSorted((a, b) => b.dbId - a.dbId))
      if (!this.#catalog.find(info.id)) this.#catalog.add(info);
    const unfinished = found.filter((info) => this.#catalog.find(info.id) === info && !isSettled(info));
    return unfinished.map((info) => this.#recover(info));
  }

  start(request: RecordingRequest): RecordingHandle {
    if (this.#closing) throw new RecorderRefusal('the recorder is closing');
    if (this.#take) throw new RecorderRefusal(`already recording ${this.#take.info.id}`);
    const info = this.#infoFor(request);
    const take = this.#openTake(info, request.destination);
    const { promise: finished, resolve } = Promise.withResolvers<RecordingInfo>();
    this.#finished.set(take, resolve);
    this.#take = take;
    this.#catalog.add(info);
    this.#tellChange(info);
    this.#tellNowAndThen();
    return { id: info.id, started: take.started.then((ptsTicks) => ({ ptsTicks })), finished };
  }

  readonly #finished = new Map<Take, (info: RecordingInfo) => void>();

  async stop(): Promise<RecordingInfo | undefined> {
    const take = this.#take;
    if (!take) return undefined;
    await take.stop();
    return structuredClone(take.info);
  }

  pause(): boolean {
    this.#take?.pause();
    return this.#take !== undefined;
  }

  resume(): boolean {
    this.#take?.resume();
    return this.#take !== undefined;
  }

  mark(title?: string): boolean {
    this.#take?.mark(title);
    return this.#take !== undefined;
  }

  extend(minutes: number): number | undefined {
    return this.#take?.extend(minutes);
  }

  moveTo(destination: string): boolean {
    this.#take?.moveTo(destination);
    return this.#take !== undefined;
  }

  list(): RecordingInfo[] {
    return this.#catalog.list().map((info) => structuredClone(info));
  }

  find(id: string): RecordingInfo | undefined {
    const info = this.#catalog.find(id);
    return info && structuredClone(info);
  }

  async remove(id: string): Promise<boolean> {
    const info = this.#catalog.find(id);
    if (!info) return false;
    if (isOpen(info)) throw new RecorderRefusal(`${id} is being recorded`);
    const work = (): Promise<void> => this.#delete(info);
    await (info.status === 'finalizing' ? this.#jobs.push(`remove ${id}`, work) : work());
    return true;
  }

  markDelivered(id: string): boolean {
    const info = this.#catalog.find(id);
    if (!info || isOpen(info)) return false;
    info.deliveredAtMs ??= this.#options.clock.nowMs();
    this.#catalog.changed(info);
    return true;
  }

  seen(): RecordingSeen {
    const info = this.#take?.info;
    if (!info)
      return { state: this.#finalizing + this.#stopping.size > 0 ? 'finalizing' : 'stopped', elapsedMs: 0, bytes: 0 };
    const part = info.parts.findLast(isThere);
    const state = info.status === 'setup' || info.status === 'paused' ? info.status : 'recording';
    return {
      state,
      take: info.id,
      elapsedMs: durationMsOf(info),
      bytes: bytesOfRecording(info),
      ...(part ? { file: join(part.folder, part.name), destination: part.destination } : {}),
    };
  }

  lookAtDisks(): Promise<void> {
    return this.#disks.look();
  }

  async close(): Promise<void> {
    this.#closing = true;
    const closing = this.#jobs.close();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(() => patience.resolve(), CLOSE_PATIENCE_MS);
    const takes = Promise.all([this.#take?.suspend(), ...this.#stopping, closing]);
    await Promise.race([takes.then(() => this.#scope.close()), patience.promise]);
    clearTimeout(timer);
  }

  /** Takes that have been told to stop and are not all on disk yet. */
  readonly #stopping = new Set<Promise<void>>();

  #recover(info: RecordingInfo): RecoveredTake {
    const inProgress = isOpen(info);
    const cutShort = inProgress || info.status === 'partial';
    if (inProgress) info.breaks.push({ atMs: this.#options.clock.nowMs(), reason: 'the box stopped' });
    info.status = 'finalizing';
    for (const part of info.parts)
      if (part.state === 'writing' || part.state === 'written') this.#finalizer.part(info, part, true);
    void this.#finalize(info, cutShort);
    this.#catalog.changed(info);
    return { info: structuredClone(info), inProgress };
  }

  #infoFor(request: RecordingRequest): RecordingInfo {
    const { clock, settings } = this.#options;
    const nowMs = clock.nowMs();
    const ends = request.endsAtMs === undefined ? {} : { endsAtMs: Math.round(request.endsAtMs) };
    const earlier = request.continueTake === undefined ? undefined : this.#catalog.find(request.continueTake);
    if (earlier) {
      if (isOpen(earlier)) throw new RecorderRefusal(`${earlier.id} is being recorded`);
      delete earlier.endedAtMs;
      this.#ends.delete(earlier.id);
      return Object.assign(earlier, { status: 'setup' as const, ...ends });
    }
    const metadata = { ...EMPTY_METADATA, ...request.metadata };
    const name = baseName({ ...metadata, hall: settings.identity.hall, startedAtMs: nowMs }, settings);
    let count = 1;
    while (this.#catalog.hasBase(nthName(name, count))) count++;
    const base = nthName(name, count);
    return {
      id: request.continueTake ?? base,
      dbId: 0,
      base,
      status: 'setup',
      hall: settings.identity.hall,
      owner: request.owner ?? '',
      ...(request.bookingId === undefined ? {} : { bookingId: request.bookingId }),
      metadata,
      startedAtMs: nowMs,
      ...ends,
      parts: [],
      chapters: [],
      thumbnails: [],
      breaks: [],
      revision: 0,
    };
  }

  #openTake(info: RecordingInfo, destination: string | undefined): Take {
    const { clock, log, onFact, ring, settings } = this.#options;
    const parts = openTakeParts(info, {
      clock,
      log,
      catalog: this.#catalog,
      storage: this.#storage,
      pattern: settings.pattern,
      onFact,
      onClosed: (part) => this.#closing || this.#finalizer.part(info, part),
    });
    parts.preferred = destination;
    const take: Take = openTake(info, {
      ring,
      markKey: this.#options.markKey,
      clock,
      log,
      parts,
      settings: { ...settings, ...RUN_SETTINGS, clock, ...languageOf(info) },
      patienceMs: settings.patienceMs,
      onStop: (closed) => this.#onStop(take, closed),
      onChange: () => this.#tellChange(info),
      onHalt: (reason) => this.#onHalt(info, reason),
    });
    return take;
  }

  /** The take ends: another one may begin at once, while the last frames of this one are still on their way. */
  #onStop(take: Take, closed: Promise<void>): void {
    if (this.#take === take) this.#take = undefined;
    this.#stopping.add(closed);
    const { info } = take;
    void closed.then(async () => {
      this.#stopping.delete(closed);
      info.status = 'finalizing';
      const finalized = this.#finalize(info, false);
      this.#tellChange(info);
      await finalized;
      this.#finished.get(take)?.(structuredClone(info));
      this.#finished.delete(take);
    });
  }

  async #finalize(info: RecordingInfo, cutShort: boolean): Promise<void> {
    this.#finalizing++;
    const end = { cutShort, isLast: () => this.#ends.get(info.id) === end };
    this.#ends.set(info.id, end);
    await this.#finalizer.recording(info, end);
    if (end.isLast()) this.#ends.delete(info.id);
    this.#finalizing--;
    this.#tell();
  }

  #onHalt(info: RecordingInfo, reason: string | undefined): void {
    const about = info.id;
    const sinceMs = this.#options.clock.nowMs();
    const halted = reason !== undefined;
    if (halted === this.#halted.has(about)) return;
    if (!halted) {
      this.#halted.delete(about);
      this.#options.onFact({ kind: 'alarm', clear: { name: 'record_halt', about } });
    } else {
      this.#halted.add(about);
      this.#options.onFact({
        kind: 'alarm',
        raise: { name: 'record_halt', about, level: 'critical', text: reason, sinceMs },
      });
    }
  }

  async #delete(info: RecordingInfo): Promise<void> {
    if (isOpen(info)) throw new RecorderRefusal(`${info.id} is being recorded`);
    await this.#catalog.forget(info.id);
    for (const destination of this.#storage.destinations) {
      const folder = this.#storage.folderOf(destination, info.base);
      const ours = info.parts.some((part) => part.folder === folder);
      if (ours && (await stat(folder).catch(() => undefined)))
        await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
    for (const { name } of info.parts)
      this.#options.onFact({ kind: 'alarm', clear: { name: 'disk_error', about: name } });
    this.#options.onFact({ kind: 'removed', take: info.id });
  }

  #tellChange(info: RecordingInfo): void {
    this.#catalog.changed(info);
    this.#tell();
  }

  #tell(): void {
    this.#options.onFact({ kind: 'recording', recording: this.seen() });
  }

  #tellNowAndThen(): void {
    const { clock } = this.#options;
    this.#cancelTell();
    this.#cancelTell = clock.at(clock.monotonicMs() + TELL_EVERY_MS, () => {
      if (!this.#take || this.#closing) return;
      this.#tell();
      this.#tellNowAndThen();
    });
  }

  /** Of the recording at hand, or of the last one. */
  #kbps(): number {
    const info = this.#take?.info ?? this.#catalog.list().at(-1);
    const durationMs = info ? durationMsOf(info) : 0;
    return info && durationMs > 5000 ? (bytesOfRecording(info) * 8) / durationMs : USUAL_KBPS;
  }
}

const isSettled = (info: RecordingInfo): boolean =>
  !isOpen(info) &&
  info.status !== 'finalizing' &&
  info.parts.every(({ state }) => state !== 'writing' && state !== 'written');

function languageOf({ metadata: { language } }: RecordingInfo): { language?: string } {
  return /^[a-z]{3}$/.test(language) ? { language } : {};
}
