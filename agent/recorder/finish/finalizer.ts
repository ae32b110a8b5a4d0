import { lstat, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { GrowthWatch } from '#agent/device/recording.ts';
import type { AlarmName } from '#agent/device/state.ts';
import { sideBySide } from '#lib/runtime/processes/side-by-side.ts';
import { replaceFile } from '#lib/runtime/disk/replace-file.ts';
import { syncFolder, syncPath, writeFileAtomically } from '#lib/runtime/files.ts';
import type { Tags } from '#lib/media/file-tags.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { sleep } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { OnFact } from '../facts.ts';
import { openHaste } from './haste.ts';
import type { Jobs } from './jobs.ts';
import { localTime } from '../catalog/local-time.ts';
import { thumbnailName } from '../catalog/manifest.ts';
import { extractPicture, probeFile, remux, soundIn, type MediaFacts, type MediaTools } from './media-tools.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';
import { closedStatus, filesOf, isThere as isPlayable, startMsOf, streamOf } from '../catalog/recording.ts';
import { cutFragments, repairFile, type Repair } from '../recovery/repair.ts';
import { isThere } from '../take/whereabouts.ts';
import { chaptersOf } from './part-chapters.ts';
import { thumbnailMoments, type ThumbnailRules } from './thumbnail-plan.ts';
import { runTool } from './tool.ts';

/** Options of `openFinalizer`. */
export interface FinalizerOptions {
  tools: MediaTools;
  catalog: Catalog;
  jobs: Jobs;
  clock: Clock;
  log: Log;
  onFact: OnFact;
  thumbnails: ThumbnailRules;
  maxFileBytes: number;
  timeZone?: string;
  /** Is told that a part has ended, before its finished file replaces it. */
  growth?: GrowthWatch;
  /** Whether a recording runs now; then finishing leaves it the processor. */
  isRecording?: () => boolean;
  /** Waits in ms between attempts after a program failed or was killed; there is one attempt more than waits. */
  retryMs?: readonly number[];
}

/** Finishes closed parts in the background: makes plain MP4, checksum and thumbnails. */
export interface Finalizer {
  /** Finishes a closed part. With `repair`, its file was not closed in order, so its end is examined first. */
  part(info: Recording, part: RecordingPart, repair?: boolean): void;
  /**
   * Finishes a closed recording: when its parts are finished, it gets its final state, unless it was continued
   * meanwhile (`isLast` is false). Resolves then.
   */
  recording(info: Recording, end: { cutShort: boolean; ready?: Promise<void>; isLast(): boolean }): Promise<void>;
  /**
   * Must be called with the free bytes of each destination: parts that stayed fragmented for lack of space are tried
   * again where there is enough now.
   */
  roomIs(freeBytes: ReadonlyMap<string, number>): void;
}

const RETRY_MS = [500, 2000, 5000];
/**
 * Wait in ms before a part that could not be finished is tried again, and the number of such attempts; then it stays
 * fragmented.
 */
const LATER_MS = 10 * 60_000;
const MOST_LATER = 6;
/** Free bytes that are needed besides those of the second copy of a file. */
const SPARE_BYTES = 4 << 20;

/** An error that another attempt would not change. */
class Unfit extends Error {}
/** An error: not enough space on the disk, or the disk does not answer. */
class NoRoom extends Unfit {}

const roomFor = (part: RecordingPart): number => part.bytes + SPARE_BYTES;

/** Opens the finalizer; its work is done in `jobs`. */
export function openFinalizer(options: FinalizerOptions): Finalizer {
  return new BackgroundFinalizer(options);
}

class BackgroundFinalizer implements Finalizer {
  readonly #options: FinalizerOptions;
  /** Parts that were finished before a crash, and whose files end too soon. */
  readonly #cut = new Set<RecordingPart>();
  /** Parts whose films are done, and whose thumbnails are made later. */
  readonly #withoutThumbnails = new Set<RecordingPart>();
  /** Parts that are still fragmented or not examined, with the time (monotonic) before which they are not tried again. */
  readonly #unfinished = new Map<RecordingPart, { info: Recording; tries: number; notBeforeMs: number }>();

  /** Time (monotonic) at which the running job was asked for; only one job runs at a time. */
  #askedMs = 0;

  constructor(options: FinalizerOptions) {
    const { clock, tools, isRecording = () => true } = options;
    const haste = openHaste(clock, isRecording, () => this.#askedMs);
    this.#options = { ...options, tools: { ...tools, haste } };
  }

  #push(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { jobs, clock } = this.#options;
    const askedMs = clock.monotonicMs();
    return jobs.push(name, (signal) => {
      this.#askedMs = askedMs;
      return work(signal);
    });
  }

  roomIs(freeBytes: ReadonlyMap<string, number>): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const [part, { info, notBeforeMs }] of this.#unfinished) {
      if (nowMs < notBeforeMs || (freeBytes.get(part.destination) ?? 0) < roomFor(part)) continue;
      const one = this.#unfinished.get(part);
      if (one) one.notBeforeMs = Number.POSITIVE_INFINITY;
      const wasFailed = part.state === 'failed';
      this.part(info, part, wasFailed);
      const isLast = (): boolean => closedStatus(info) !== 'failed' && ['partial', 'failed'].includes(info.status);
      if (wasFailed) void this.recording(info, { cutShort: info.breaks.length > 0, isLast });
    }
  }

  part(info: Recording, part: RecordingPart, repair = false): void {
    void this.#push(`finalise ${part.name}`, async (signal) => {
      if (this.#options.catalog.find(info.id) !== info) return;
      if (repair && !(await this.#repair(info, part))) return;
      await this.#finalize(info, part, signal);
      await this.#checksum(part, signal);
      this.#options.catalog.changed(info);
      // Thumbnails are made of a recording's first stream alone.
      if (streamOf(info, part) !== info) return;
      this.#withoutThumbnails.add(part);
      void this.#push(`thumbnails of ${part.name}`, (later) => this.#lateThumbnails(info, [part], later));
    });
  }

  recording(info: Recording, end: Parameters<Finalizer['recording']>[1]): Promise<void> {
    return this.#push(`close ${info.base}`, async (signal) => {
      await end.ready;
      if (!end.isLast() || this.#options.catalog.find(info.id) !== info) return;
      // It may be handed over: of a long recording there are many thumbnails, for which nobody has to wait.
      info.hasItsFilms = true;
      this.#options.catalog.changed(info);
      await this.#lateThumbnails(info, info.parts, signal);
      const first = info.parts.find(isPlayable);
      if (first && info.thumbnails.length === 0) await this.#thumbnails(info, first, true, signal);
      const isCut = filesOf(info).some((part) => this.#cut.has(part));
      info.status = closedStatus(info, end.cutShort || isCut);
      delete info.hasItsFilms;
      this.#options.catalog.changed(info);
    });
  }

  /** Makes the thumbnails of those parts that have none yet. */
  async #lateThumbnails(info: Recording, parts: readonly RecordingPart[], signal: AbortSignal): Promise<void> {
    for (const part of parts) {
      if (!this.#withoutThumbnails.delete(part) || this.#options.catalog.find(info.id) !== info) continue;
      try {
        await this.#thumbnails(info, part, false, signal);
      } catch (error) {
        signal.throwIfAborted();
        this.#options.log.warn({ file: part.name, err: error }, 'its thumbnails could not be made');
      }
      this.#options.catalog.changed(info);
    }
  }

  async #repair(info: Recording, part: RecordingPart): Promise<boolean> {
    const path = join(part.folder, part.name);
    const found = await this.#examine(path);
    this.#options.log.info({ file: path, found }, 'looked at an unfinished part');
    if (found.kind === 'fragmented') {
      const { bytes, pictures, durationMs } = found;
      Object.assign(part, { state: 'written', bytes, pictures, durationMs });
    } else if (found.kind === 'cut') {
      await this.#isCut(part, path, found);
    } else if (found.kind === 'plain') {
      const { durationMs, pictures } = await probeFile(this.#options.tools, path);
      Object.assign(part, { state: 'final', bytes: (await stat(path)).size, durationMs, pictures });
    } else {
      part.state = (await isThere(path)) === false ? 'lost' : 'failed';
      this.#alarm('disk_error', part, `${part.name} could not be recovered: ${found.reason}`, 'warning');
      if (found.isOfDisk) this.#tryLater(info, part, new Error(found.reason));
    }
    this.#options.catalog.changed(info);
    return isPlayable(part);
  }

  /** Examines a file; a file system that fails is asked again some times, since shares fail for some seconds. */
  async #examine(path: string): Promise<Repair> {
    let found = await repairFile(path);
    for (const waitMs of this.#options.retryMs ?? RETRY_MS) {
      if (found.kind !== 'hopeless' || !found.isOfDisk) break;
      await sleep(waitMs);
      found = await repairFile(path);
    }
    return found;
  }

  /**
   * Enters a finished file that ends too soon, and raises an alarm. The file is not changed: the rest of it can be
   * played and handed over.
   */
  async #isCut(
    part: RecordingPart,
    path: string,
    { bytes, missingBytes }: { bytes: number; missingBytes: number },
  ): Promise<void> {
    this.#cut.add(part);
    const facts = await probeFile(this.#options.tools, path).catch(() => undefined);
    Object.assign(part, { state: 'written', bytes, ...(facts ? { durationMs: facts.durationMs } : {}) });
    this.#alarm('disk_error', part, `${part.name} is cut: its last ${missingBytes} bytes are missing`, 'warning');
  }

  /** Makes the final file of a part. After any failure the fragmented file stays, which can be played. */
  async #finalize(info: Recording, part: RecordingPart, signal: AbortSignal): Promise<void> {
    if (part.state !== 'written' || this.#cut.has(part)) return;
    const waits = this.#options.retryMs ?? RETRY_MS;
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#remux(info, part, signal);
        part.state = 'final';
        this.#unfinished.delete(part);
        this.#options.onFact({ kind: 'alarm', clear: { name: 'disk_error', about: part.name } });
        return this.#options.catalog.changed(info);
      } catch (error) {
        signal.throwIfAborted();
        const waitMs = waits[attempt];
        this.#options.log.warn({ file: part.name, error: String(error), attempt }, 'not finalised');
        if (waitMs === undefined || error instanceof Unfit) {
          this.#alarm('disk_error', part, `${part.name} is not finalised: ${(error as Error).message}`, 'warning');
          this.#tryLater(info, part, error);
          return;
        }
        await sleep(waitMs);
      }
    }
  }

  /**
   * Notes that a part must be tried again: for lack of space, as soon as there is enough; after another failure, some
   * times.
   */
  #tryLater(info: Recording, part: RecordingPart, error: unknown): void {
    const tries = (this.#unfinished.get(part)?.tries ?? 0) + 1;
    const isOfRoom = error instanceof NoRoom;
    if (!isOfRoom && (error instanceof Unfit || tries > MOST_LATER)) return void this.#unfinished.delete(part);
    const notBeforeMs = this.#options.clock.monotonicMs() + (isOfRoom ? 0 : LATER_MS);
    this.#unfinished.set(part, { info, tries, notBeforeMs });
  }

  async #remux(info: Recording, part: RecordingPart, signal: AbortSignal): Promise<void> {
    const { tools, maxFileBytes, growth } = this.#options;
    const path = join(part.folder, part.name);
    const temporary = `${path}.final.tmp`;
    await this.#needSpace(part);
    await this.#cutRepeated(info, part, path);
    const before = await lstat(path);
    if (!before.isFile()) throw new Unfit('it is no file');
    const words = { tags: this.#tags(info, part), chapters: chaptersOf(info, part) };
    const isLetGo = growth?.ends(info.id, part, { bytes: before.size, words }).catch(() => undefined);
    let isReplacing = false;
    try {
      const [, examined] = await sideBySide(
        remux(tools, path, temporary, words, signal),
        // The file that is there is looked at while the new one is made.
        probeFile(tools, path, signal),
      );
      const facts = await this.#compare({ path, facts: examined }, temporary, part, signal);
      const { size } = await stat(temporary);
      if (size > maxFileBytes) throw new Unfit(`${size} bytes are more than ${maxFileBytes}`);
      await syncPath(temporary);
      await isLetGo;
      if (!isSame(before, await lstat(path))) throw new Unfit('another file was put in its place');
      isReplacing = true;
      await replaceFile(temporary, path);
      await syncFolder(part.folder);
      Object.assign(part, { bytes: size, durationMs: facts.durationMs, pictures: facts.pictures || part.pictures });
    } finally {
      // The copy is kept if the original is gone: a network share may have removed the one and not renamed the other.
      if (!isReplacing || (await isThere(path))) await rm(temporary, { force: true });
    }
  }

  /**
   * Cuts the pictures off a part that the next part has again: a disk that was away when the part ended could not cut
   * it then. Without a next part nothing is cut.
   */
  async #cutRepeated(info: Recording, part: RecordingPart, path: string): Promise<void> {
    const isRepeated = streamOf(info, part).parts.some((one) => one.number > part.number && one.pictures > 0);
    if (!isRepeated || !(await cutFragments(path, part.bytes))) return;
    this.#options.log.warn({ file: path, bytes: part.bytes }, 'cut where the next part begins');
  }

  async #needSpace(part: RecordingPart): Promise<void> {
    const { bavail, blocks, bsize } = await statfs(part.folder).catch((error: Error) => {
      throw new NoRoom(`its disk does not answer: ${error.message}`);
    });
    if (blocks > 0 && bavail * bsize < roomFor(part)) throw new NoRoom('there is no room for a second copy');
  }

  /** Throws unless the new file has all that is in the old one. */
  async #compare(from: { path: string; facts: MediaFacts }, to: string, part: RecordingPart, signal: AbortSignal) {
    const { facts: before } = from;
    const after = await probeFile(this.#options.tools, to, signal);
    // A missing sound track is right if the old file's track is empty: FFmpeg makes no track then.
    const isSilent = before.audio && !after.audio && !(await soundIn(this.#options.tools, from.path, signal));
    if (!after.video || (before.audio !== after.audio && !isSilent)) throw new Error('a track is missing');
    if (after.pictures < part.pictures) throw new Error(`${after.pictures} of ${part.pictures} pictures`);
    // The shorter of both lengths counts: the part's begins when it was asked for, and an encoder that hung then gave
    // its first picture later.
    const durationMs = Math.min(part.durationMs, before.durationMs || part.durationMs);
    if (after.durationMs < durationMs - 1000) throw new Error(`${after.durationMs} of ${durationMs} ms`);
    return after;
  }

  #tags(info: Recording, part: RecordingPart): Partial<Tags> {
    const { metadata } = info;
    const count = streamOf(info, part).parts.filter(isPlayable).length;
    return {
      title: metadata.title || info.base,
      artist: metadata.presenter,
      album: metadata.series,
      date: localTime(info.startedAtMs, this.#options.timeZone).iso,
      comment: [
        info.hall,
        part.stream === 2 ? 'channel B' : '',
        count > 1 || part.number > 1 ? `part ${part.number}` : '',
      ]
        .filter(Boolean)
        .join(', '),
      description: metadata.description,
      copyright: metadata.rights,
      keywords: metadata.subject,
      network: metadata.publisher,
      creation_time: new Date(part.createdAtMs).toISOString(),
    };
  }

  /** Writes a part's checksum, in the form that `sha256sum -c` reads. */
  async #checksum(part: RecordingPart, signal: AbortSignal): Promise<void> {
    const { haste } = this.#options.tools;
    const line = await runTool({ command: 'sha256sum', argv: ['--', part.name], cwd: part.folder, signal, haste });
    const sha256 = /^[0-9a-f]{64}/.exec(line)?.[0];
    if (!sha256) throw new Error(`sha256sum said ${JSON.stringify(line.slice(0, 80))}`);
    part.sha256 = sha256;
    await writeFileAtomically(join(part.folder, `${part.name}.sha256`), `${sha256}  ${part.name}\n`);
  }

  async #thumbnails(info: Recording, part: RecordingPart, only: boolean, signal: AbortSignal): Promise<void> {
    const { thumbnails: rules, log, tools } = this.#options;
    const startMs = startMsOf(info, part);
    const marks = info.chapters.filter((chapter) => chapter.part === part.number && chapter.kind === 'mark');
    const moments = thumbnailMoments({ startMs, durationMs: part.durationMs, only, marks }, rules);
    for (const { offsetMs, title } of moments) {
      signal.throwIfAborted();
      const target = {
        folder: part.folder,
        prefix: `thumbnail-${part.number}-`,
        // Two milliseconds earlier, since a time in whole milliseconds may be just after its picture.
        atMs: Math.max(0, offsetMs - 2),
        widthPx: rules.widthPx,
      };
      const picture = await extractPicture(tools, join(part.folder, part.name), target, signal).catch(
        (error: Error) => {
          log.warn({ file: part.name, error: error.message }, 'no thumbnail');
        },
      );
      if (!picture) continue;
      const at = startMs + picture.atMs;
      const name = thumbnailName(at);
      await replaceFile(join(part.folder, picture.name), join(part.folder, name));
      info.thumbnails = [
        ...info.thumbnails.filter((other) => other.name !== name),
        { offsetMs: at, folder: part.folder, name, title },
      ].sort((a, b) => a.offsetMs - b.offsetMs);
    }
  }

  #alarm(name: AlarmName, part: RecordingPart, text: string, level: 'warning' | 'critical'): void {
    const sinceMs = this.#options.clock.nowMs();
    this.#options.onFact({ kind: 'alarm', raise: { name, about: part.name, level, text, sinceMs } });
  }
}

/**
 * Whether a file was not changed. Its inode number does not show that: some network shares give another one at each
 * call.
 */
const isSame = (before: Facts, now: Facts): boolean => now.size === before.size && now.mtimeMs === before.mtimeMs;
type Facts = { size: number; mtimeMs: number };
