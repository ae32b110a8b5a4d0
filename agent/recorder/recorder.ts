import { join } from 'node:path';
import type { GrowthWatch, Recording, RecordingTold, SlideWatch } from '#agent/device/recording.ts';
import type { Metadata, RecordingSeen } from '#agent/device/state.ts';
import type { LayoutNotes } from '#lib/media/layout-notes.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { openCatalog, type Catalog } from './catalog/catalog.ts';
import type { DestinationSeen } from './storage/destinations.ts';
import { startDiskWatch, type DiskWatch } from './storage/disk-watch.ts';
import { guardedFacts, type OnFact } from './facts.ts';
import { openFinalizer, type Finalizer } from './finish/finalizer.ts';
import { openJobs, type Jobs } from './finish/jobs.ts';
import type { MediaTools } from './finish/media-tools.ts';
import { newRecording, type RecordingRequest } from './catalog/new-recording.ts';
import { bytesOfRecording, durationMsOf, isThere, kbpsOf, toldOf } from './catalog/recording.ts';
import { recorderMistakes, type RecorderSettings } from './settings.ts';
import { RecorderRefusal } from './refusal.ts';
import { openClosedRecordings, type RecoveredTake, type ClosedRecordings } from './recovery/closed-recordings.ts';
import { openStorage, type Storage } from './storage/storage.ts';
import { startStopwatch, type Stopwatch } from './finish/stopwatch.ts';
import { setEnd, type Take } from './take/take.ts';
import { openTakeOfStreams } from './take/take-of-streams.ts';

export { RecorderRefusal } from './refusal.ts';
export type { RecoveredTake } from './recovery/closed-recordings.ts';
export type { RecordingRequest } from './catalog/new-recording.ts';

/** Options of `openRecorder`. */
export interface RecorderOptions extends MediaTools {
  ring: PacketRing;
  /** Makes the next frame a key picture and gives its PTS (90 kHz). */
  markKey: () => number;
  /** Which layout the frames have; undefined: that is not written down. */
  layouts?: LayoutNotes;
  /** Who looks for slides; undefined: nobody does. */
  slides?: SlideWatch;
  /** Packets and key pictures of channel B, for recordings with a second stream. */
  second?: Pick<RecorderOptions, 'ring' | 'markKey' | 'layouts'>;
  clock: Clock;
  log: Log;
  settings: RecorderSettings;
  onFact: OnFact;
  /** Is told how the files grow. */
  growth?: GrowthWatch;
}

/** A recording that was started. */
export interface RecordingHandle {
  id: string;
  /** Resolves to the PTS of the first picture; rejects if the recording ends without any. */
  started: Promise<{ ptsTicks: number }>;
  /** Resolves when all work on the recording is done, also that in the background. */
  finished: Promise<Recording>;
}

/** Records the packets of the ring. Commands return at once; the work goes on in the background. */
export interface Recorder {
  /**
   * Finds all recordings, and repairs what the last run left. Must be the first call. Gives the recordings that are not
   * finished.
   */
  recover(): Promise<RecoveredTake[]>;
  /** Begins a recording with the next frame. Throws RecorderRefusal while one runs. */
  start(request: RecordingRequest): RecordingHandle;
  /** Ends the recording before the next frame. Resolves when its last frame is on disk; undefined if none runs. */
  stop(): Promise<Recording | undefined>;
  /** Pauses the recording. Gives false if that is not possible now, as do `resume`, `mark` and `endAt`. */
  pause(): boolean;
  resume(): boolean;
  mark(title?: string): boolean;
  /** Changes the metadata of the running recording in manifest and tags; files keep their names. False if none runs. */
  describeRunning(change: Partial<Metadata>): boolean;
  /**
   * Sets the time (ms since 1970) at which the recording ends by itself: at once if it has passed; undefined: never.
   */
  endAt(endsAtMs: number | undefined): boolean;
  /** Continues the recording in this destination, with its next part, at once; false if none runs. */
  moveTo(destination: string): boolean;
  /** All recordings, and one, without their layouts and slides. */
  list(): RecordingTold[];
  find(id: string): RecordingTold | undefined;
  /** One recording with all that its manifest keeps. */
  whole(id: string): Recording | undefined;
  /** Deletes a recording with all its files, handed over or not. Rejects with RecorderRefusal while it runs. */
  remove(id: string): Promise<boolean>;
  markDelivered(id: string): boolean;
  /** Changes the metadata of an ended recording; false if there is none. Throws RecorderRefusal while it runs. */
  describe(id: string, change: Partial<Metadata>): boolean;
  seen(): RecordingSeen;
  /** Checks the disks at once. */
  lookAtDisks(): Promise<void>;
  /** Closes the open file, but does not end the take: the next `recover()` gives it as in progress. */
  close(): Promise<void>;
}

/** Opens the recorder. Throws an Error with all mistakes of the settings. */
export function openRecorder(options: RecorderOptions): Recorder {
  const mistakes = recorderMistakes(options.settings);
  if (mistakes.length > 0) throw new Error(`the recorder's settings: ${mistakes.join('; ')}`);
  return new RecorderOfRing(options);
}

const TELL_EVERY_MS = 1000;
/** Time in ms in which the last bytes must be on disk when the recorder closes; then it closes all the same. */
const CLOSE_PATIENCE_MS = 5000;
const RUN_SETTINGS = { syncEveryMs: 300, maxBacklogBytes: 16 << 20 };
/** Bit rate in kb/s that is assumed before anything was recorded: that of a default encoder, picture and sound. */
const USUAL_KBPS = 830;

class RecorderOfRing implements Recorder {
  readonly #options: RecorderOptions;
  readonly #catalog: Catalog;
  readonly #storage: Storage;
  readonly #finalizer: Finalizer;
  readonly #closedRecordings: ClosedRecordings;
  readonly #disks: DiskWatch;
  readonly #scope: Scope = openScope();
  /** Takes with a `record_halt` alarm. */
  readonly #halted = new Set<string>();
  /** Takes that were stopped, but are not completely on disk yet. */
  readonly #stopping = new Set<Promise<void>>();
  readonly #finished = new Map<Take, (info: Recording) => void>();
  readonly #jobs: Jobs;
  #take: Take | undefined;
  /** Length of the running take for displays; its frames come a little later. */
  #watch: Stopwatch | undefined;
  #closing = false;
  #cancelTell = (): void => undefined;

  constructor(options: RecorderOptions) {
    const { clock, ffmpeg, ffprobe, log, settings } = options;
    const { destinations, disk: rules, identity, maxFileBytes, thumbnails } = settings;
    const low = new Set<string>();
    const onFact = guardedFacts(options, low);
    const zone = settings.timeZone === undefined ? {} : { timeZone: settings.timeZone };
    this.#options = { ...options, onFact };
    const catalog = openCatalog({ identity, log, onFact, ...zone });
    const storage = openStorage(destinations, clock, catalog);
    const jobs = openJobs(log);
    const shared = { catalog, storage, jobs, clock, log, onFact };
    const finalizer = openFinalizer({
      ...shared,
      tools: { ffmpeg, ffprobe },
      isRecording: () => this.#take !== undefined,
      ...(options.growth ? { growth: options.growth } : {}),
      thumbnails,
      maxFileBytes,
      ...zone,
    });
    [this.#catalog, this.#storage, this.#jobs, this.#finalizer] = [catalog, storage, jobs, finalizer];
    this.#closedRecordings = openClosedRecordings({ ...shared, finalizer, onFinalized: () => this.#tell() });
    const remove = async (id: string): Promise<void> => void (await this.remove(id));
    const onSeen = (seen: readonly DestinationSeen[]): void => {
      this.#closedRecordings.disksAre(seen);
      finalizer.roomIs(new Map(seen.map((one) => [one.destination, roomOf(one)])));
    };
    this.#disks = startDiskWatch({ ...shared, rules, low, remove, onSeen, kbps: () => this.#kbps() });
    this.#scope.defer(() => catalog.settled());
    this.#scope.defer(() => jobs.close());
    this.#scope.defer(() => this.#disks.close());
    this.#scope.defer(() => this.#cancelTell());
  }

  recover(): Promise<RecoveredTake[]> {
    return this.#closedRecordings.recover();
  }

  start(request: RecordingRequest): RecordingHandle {
    if (this.#closing) throw new RecorderRefusal('the recorder is closing');
    if (this.#take) throw new RecorderRefusal(`already recording ${this.#take.info.id}`);
    const info = this.#infoFor(request);
    const take = this.#openTake(info, request);
    const { promise: finished, resolve } = Promise.withResolvers<Recording>();
    this.#finished.set(take, resolve);
    this.#take = take;
    this.#watch = startStopwatch(this.#options.clock, durationMsOf(info));
    this.#catalog.add(info);
    this.#tellChange(info);
    this.#tellNowAndThen();
    const started = take.started.then((ptsTicks) => ({ ptsTicks }));
    // A rejection nobody waits for must not count as unhandled.
    started.catch(() => undefined);
    return { id: info.id, started, finished };
  }

  async stop(): Promise<Recording | undefined> {
    const take = this.#take;
    if (!take) return undefined;
    await take.stop();
    return structuredClone(take.info);
  }

  pause(): boolean {
    this.#take?.pause();
    this.#watch?.pause();
    return this.#take !== undefined;
  }

  resume(): boolean {
    this.#take?.resume();
    this.#watch?.resume();
    return this.#take !== undefined;
  }

  mark(title?: string): boolean {
    this.#take?.mark(title);
    return this.#take !== undefined;
  }

  describeRunning(change: Partial<Metadata>): boolean {
    const info = this.#take?.info;
    if (!info) return false;
    info.metadata = { ...info.metadata, ...change };
    this.#catalog.changed(info);
    return true;
  }

  endAt(endsAtMs: number | undefined): boolean {
    this.#take?.endAt(endsAtMs);
    return this.#take !== undefined;
  }

  moveTo(destination: string): boolean {
    this.#take?.moveTo(destination);
    return this.#take !== undefined;
  }

  list(): RecordingTold[] {
    return this.#catalog.list().map(toldOf);
  }

  find(id: string): RecordingTold | undefined {
    const info = this.#catalog.find(id);
    return info && toldOf(info);
  }

  whole(id: string): Recording | undefined {
    const info = this.#catalog.find(id);
    return info && structuredClone(info);
  }

  remove(id: string): Promise<boolean> {
    return this.#closedRecordings.remove(id);
  }

  describe(id: string, change: Partial<Metadata>): boolean {
    return this.#closedRecordings.describe(id, change);
  }

  markDelivered(id: string): boolean {
    return this.#closedRecordings.markDelivered(id);
  }

  seen(): RecordingSeen {
    const info = this.#take?.info;
    const atWork = this.#closedRecordings.finalizing + this.#stopping.size > 0;
    if (!info) return { state: atWork ? 'finalizing' : 'stopped', elapsedMs: 0, bytes: 0 };
    const part = info.parts.findLast(isThere);
    const state = info.status === 'setup' || info.status === 'paused' ? info.status : 'recording';
    return {
      state,
      take: info.id,
      base: info.base,
      elapsedMs: this.#watch?.elapsedMs() ?? durationMsOf(info),
      bytes: bytesOfRecording(info),
      ...(part ? { file: join(part.folder, part.name), destination: part.destination } : {}),
    };
  }

  lookAtDisks(): Promise<void> {
    return this.#disks.look();
  }

  async close(): Promise<void> {
    this.#closing = true;
    const jobs = this.#jobs.close();
    const patience = Promise.withResolvers<void>();
    const timer = setTimeout(() => patience.resolve(), CLOSE_PATIENCE_MS);
    const takes = Promise.all([this.#take?.suspend(), ...this.#stopping, jobs]);
    await Promise.race([takes.then(() => this.#scope.close()), patience.promise]);
    clearTimeout(timer);
  }

  #infoFor(request: RecordingRequest): Recording {
    const { clock, settings } = this.#options;
    const earlier =
      request.continueTake === undefined ? undefined : this.#closedRecordings.reopen(request.continueTake);
    if (!earlier) return newRecording(request, clock.nowMs(), settings, (base) => this.#catalog.hasBase(base));
    setEnd(earlier, request.endsAtMs);
    return earlier;
  }

  #openTake(info: Recording, request: RecordingRequest): Take {
    const take: Take = openTakeOfStreams(info, request, {
      ...this.#options,
      catalog: this.#catalog,
      storage: this.#storage,
      settings: { ...this.#options.settings, ...RUN_SETTINGS, clock: this.#options.clock, ...languageOf(info) },
      onClosed: (part, repair) => this.#closing || this.#finalizer.part(info, part, repair),
      onStop: (closed) => this.#onStop(take, closed),
      onChange: () => this.#tellChange(info),
      onHalt: (reason) => this.#onHalt(info, reason),
      onSecondHalt: (reason) => this.#onSecondHalt(info, reason),
    });
    return take;
  }

  /**
   * Finishes a take that stops. Another take may begin at once, while the last frames of this one are still written.
   */
  #onStop(take: Take, closed: Promise<void>): void {
    if (this.#take === take) this.#take = undefined;
    this.#stopping.add(closed);
    const { info } = take;
    void closed.then(async () => {
      this.#stopping.delete(closed);
      info.status = 'finalizing';
      const finalized = this.#closedRecordings.finalize(info, false, take.tracked);
      this.#tellChange(info);
      await finalized;
      this.#finished.get(take)?.(structuredClone(info));
      this.#finished.delete(take);
    });
  }

  #onHalt({ id: about }: Recording, reason: string | undefined): void {
    const { clock, onFact } = this.#options;
    if (reason === undefined) {
      if (this.#halted.delete(about)) onFact({ kind: 'alarm', clear: { name: 'record_halt', about } });
      return;
    }
    if (this.#halted.has(about)) return;
    this.#halted.add(about);
    const sinceMs = clock.nowMs();
    onFact({ kind: 'alarm', raise: { name: 'record_halt', about, level: 'critical', text: reason, sinceMs } });
  }

  /**
   * Raises or ends the alarm that no disk can be written for channel B. It is an alarm of its own, since the recording
   * itself goes on.
   */
  #onSecondHalt({ id, base }: Recording, reason: string | undefined): void {
    const { clock, onFact } = this.#options;
    const about = `${id}/channel B`;
    if (reason === undefined) return onFact({ kind: 'alarm', clear: { name: 'disk_error', about } });
    const text = `channel B of ${base} is not recorded: ${reason}`;
    const sinceMs = clock.nowMs();
    onFact({ kind: 'alarm', raise: { name: 'disk_error', about, level: 'critical', text, sinceMs } });
  }

  #tellChange(info: Recording): void {
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

  /** Bit rate in kb/s of the running recording, or of the last one. */
  #kbps(): number {
    const info = this.#take?.info ?? this.#catalog.list().at(-1);
    return (info && kbpsOf(info)) ?? USUAL_KBPS;
  }
}

/** Bytes that can be written; infinite if the file system does not give its size. */
const roomOf = ({ usable, totalBytes, freeBytes }: DestinationSeen): number =>
  usable && totalBytes === 0 ? Number.POSITIVE_INFINITY : freeBytes;

function languageOf({ metadata: { language } }: Recording): { language?: string } {
  return /^[a-z]{3}$/.test(language) ? { language } : {};
}
