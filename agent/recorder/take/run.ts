import type { FileHandle } from 'node:fs/promises';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openBacklog, type Backlog } from './backlog.ts';
import { openFileWriter, type FileWriter, type FileWriterSettings, type WriteFailure } from './file-writer.ts';
import { openPart, type Part } from './part.ts';

/** A file that a run is to be written to: the take gives it a number, a name and a place. */
export interface PartFile {
  /** Where the file is to be made; rejects if no destination is usable. */
  place(): Promise<string>;
  /** How the part stands: where its pictures begin and end (the run's time), how many, and its size. */
  progress(part: Part): void;
  /** What was written so far would survive a power cut: the disk works. */
  durable(): void;
  /** The file is complete on the disk. */
  done(part: Part): void;
  /** The file ends at `endTicks`, being cut to `keepBytes`; what follows goes into the next part. */
  broken(at: { endTicks: number; keepBytes: number; pictures: number }, failure: WriteFailure | undefined): void;
  /** The file's name is gone or leads to another file, its bytes are not gone yet: save them. */
  rescue(file: FileHandle): Promise<void>;
  /** Called last: the part is closed, and cut if it was broken. */
  closed(): void;
}

export interface RunSettings extends FileWriterSettings {
  maxFileBytes: number;
  /** Packets that are kept while no disk takes them. */
  maxBacklogBytes: number;
  language?: string;
}

export interface RunEvents {
  nextFile(): PartFile;
  /** The file will soon be as large as it may be: go on in another one from a key picture that comes soon. */
  askSplit(): void;
  /** No destination takes anything (with the reason), or one does again (undefined). */
  onHalt(reason: string | undefined): void;
}

/** Brings one run of packets to disk, whatever disk there is. Never blocks or throws. */
export interface Run {
  add(packet: Packet): void;
  /** The last packet has come. Resolves when everything is on disk, or cannot be brought there. */
  end(): Promise<void>;
}

const RETRY_MS = 1000;
/** How many times a run that has ended looks for a disk that takes its last packets. */
const LAST_TRIES = 3;
const QUIET_MS = 500;

/** Opens a run: parts one after the other, on the disks that `events` finds for it. */
export function openRun(parameters: StreamParameters, settings: RunSettings, events: RunEvents): Run {
  return new RunToDisk(parameters, settings, events);
}

interface Sink {
  file: PartFile;
  part: Part;
  writer: FileWriter;
  durable: boolean;
}

class RunToDisk implements Run {
  readonly #parameters: StreamParameters;
  readonly #settings: RunSettings;
  readonly #events: RunEvents;
  #backlog: Backlog = openBacklog();
  #sink: Sink | undefined;
  #retrying = false;
  #splitAsked = false;
  #halted = false;
  #triesLeft = LAST_TRIES;
  #lastAddMs = 0;
  /** Broken files that are still being cut. */
  readonly #closing = new Set<Promise<void>>();
  #ended: PromiseWithResolvers<void> | undefined;

  constructor(parameters: StreamParameters, settings: RunSettings, events: RunEvents) {
    this.#parameters = parameters;
    this.#settings = settings;
    this.#events = events;
  }

  add(packet: Packet): void {
    this.#lastAddMs = this.#clock.monotonicMs();
    if (!this.#sink) {
      this.#backlog.add(packet, 0);
      this.#backlog.limit(this.#settings.maxBacklogBytes);
      if (!this.#retrying) this.#open();
      return;
    }
    const { part, file } = this.#sink;
    const offset = part.add(packet);
    this.#backlog.add(packet, offset);
    file.progress(part);
    if (packet.track === 'video') this.#checkSize(part);
  }

  end(): Promise<void> {
    if (!this.#ended) {
      this.#ended = Promise.withResolvers();
      if (this.#sink) void this.#finish(this.#sink);
      else if (!this.#retrying) this.#settle();
    }
    return this.#ended.promise;
  }

  get #clock(): Clock {
    return this.#settings.clock;
  }

  /** Opens the next file and puts into it what the last one may have lost. */
  #open(): void {
    this.#backlog.limit(this.#settings.maxBacklogBytes);
    const packets = this.#backlog.packets;
    const first = packets[0];
    if (!first) return;
    const file = this.#events.nextFile();
    const sink: Sink = { file, durable: false } as Sink;
    sink.writer = openFileWriter(() => file.place(), this.#settings, {
      onDurable: (bytes) => this.#onDurable(sink, bytes),
      onFailure: (failure) => this.#onFailure(sink, failure),
    });
    const { language } = this.#settings;
    sink.part = openPart(sink.writer, this.#parameters, first, language === undefined ? {} : { language });
    this.#sink = sink;
    this.#splitAsked = false;
    this.#backlog = openBacklog();
    for (const packet of packets) this.#backlog.add(packet, sink.part.add(packet));
    file.progress(sink.part);
    this.#flushWhenQuiet(sink);
    if (this.#ended) void this.#finish(sink);
  }

  #onDurable(sink: Sink, bytes: number): void {
    if (this.#sink !== sink) return;
    sink.durable = true;
    sink.file.durable();
    this.#triesLeft = LAST_TRIES;
    this.#backlog.durable(bytes);
    this.#halt(undefined);
  }

  #onFailure(sink: Sink, failure: WriteFailure): void {
    if (this.#sink !== sink) return;
    if (!sink.durable) this.#halt(failure.reason);
    this.#giveUp(sink, failure);
    if (sink.durable) this.#open();
    else this.#retryLater();
  }

  /** Ends a file at the oldest packet that the next file will begin with. */
  #giveUp(sink: Sink, failure: WriteFailure | undefined): void {
    this.#sink = undefined;
    const lost = this.#backlog.packets;
    const keepBytes = this.#backlog.offset ?? 0;
    const endTicks = lost[0]?.ptsTicks ?? sink.part.startTicks;
    const pictures = sink.part.pictures - lost.filter(({ track }) => track === 'video').length;
    sink.file.broken({ endTicks, keepBytes, pictures: Math.max(0, pictures) }, failure);
    const isNameless = failure?.kind === 'gone' || failure?.kind === 'replaced';
    const rescue = isNameless ? (file: FileHandle) => sink.file.rescue(file) : undefined;
    const closing = sink.writer.abandon(keepBytes, rescue).finally(() => {
      this.#closing.delete(closing);
      sink.file.closed();
    });
    this.#closing.add(closing);
  }

  #retryLater(): void {
    if (this.#ended && --this.#triesLeft <= 0) return this.#settle();
    this.#retrying = true;
    this.#clock.at(this.#clock.monotonicMs() + RETRY_MS, () => {
      this.#retrying = false;
      if (!this.#sink) this.#open();
    });
  }

  #halt(reason: string | undefined): void {
    if (this.#halted === (reason !== undefined)) return;
    this.#halted = reason !== undefined;
    this.#events.onHalt(reason);
  }

  #checkSize(part: Part): void {
    const { maxFileBytes } = this.#settings;
    const seconds = Math.max(1, (part.endTicks - part.startTicks) / 90_000);
    const soonBytes = Math.min(maxFileBytes / 3, (4 * part.bytes) / seconds + 65_536);
    if (!this.#splitAsked && part.boundBytes + soonBytes >= maxFileBytes) {
      this.#splitAsked = true;
      this.#events.askSplit();
    }
    if (part.boundBytes <= maxFileBytes || !this.#sink) return;
    // No key picture came in time: back to the last one that the next file can begin with.
    const first = this.#backlog.packets[0];
    if (!first || first.ptsTicks <= part.startTicks) return;
    this.#giveUp(this.#sink, undefined);
    this.#open();
  }

  /** When packets stop coming (a pause, a stalled encoder), what is there still goes to the disk. */
  #flushWhenQuiet(sink: Sink): void {
    this.#clock.at(this.#clock.monotonicMs() + QUIET_MS, () => {
      if (this.#sink !== sink || this.#ended) return;
      if (this.#clock.monotonicMs() - this.#lastAddMs >= QUIET_MS) sink.part.flush();
      this.#flushWhenQuiet(sink);
    });
  }

  async #finish(sink: Sink): Promise<void> {
    sink.part.flush();
    const failure = await sink.writer.close();
    // A failure has opened the next file, or will; that one's end is ours.
    if (failure) return;
    if (this.#sink === sink) this.#sink = undefined;
    sink.file.done(sink.part);
    sink.file.closed();
    this.#settle();
  }

  #settle(): void {
    void Promise.all(this.#closing).then(() => this.#ended?.resolve());
  }
}
