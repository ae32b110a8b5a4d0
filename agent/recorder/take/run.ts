import type { FileHandle } from 'node:fs/promises';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { openBacklog, type Backlog } from './backlog.ts';
import { openFileWriter, type FileWriter, type FileWriterSettings, type WriteFailure } from './file-writer.ts';
import { openPart, type Part } from './part.ts';

/** A file into which a run is written: the take gives it a number, a name and a place. */
export interface PartFile {
  /** Gives the path of the new file; rejects if no destination is usable. */
  place(): Promise<string>;
  /**
   * Called with the part as it is now: beginning and end of its pictures (in the run's time), their number, its size.
   */
  progress(part: Part): void;
  /** Called when the first `bytes` of the file are safe on the disk, so that the disk is known to work. */
  durable(bytes: number): void;
  /** Called when the file is complete on the disk. */
  done(part: Part): void;
  /** Called when the file ends early: at `endTicks`, cut to `keepBytes`. What follows goes into the next part. */
  broken(at: { endTicks: number; keepBytes: number; pictures: number }, failure: WriteFailure | undefined): void;
  /** Called when the file's name is gone or leads to another file, while its bytes can still be read: saves them. */
  rescue(file: FileHandle): Promise<void>;
  /** Called last, when the part is closed, and cut if it ended early. */
  closed(): void;
}

export interface RunSettings extends FileWriterSettings {
  maxFileBytes: number;
  /**
   * Bytes of packets that are kept while no disk can be written; beyond them the oldest groups of pictures are dropped.
   */
  maxBacklogBytes: number;
  language?: string;
}

export interface RunEvents {
  nextFile(): PartFile;
  /** Called when the file will soon have its largest size: the stream should be split at a key picture soon. */
  askSplit(): void;
  /** Called when no destination can be written (with the reason), and when one can again (undefined). */
  onHalt(reason: string | undefined): void;
}

/** Writes one run of packets to disk, on any disk that works. Never blocks or throws. */
export interface Run {
  add(packet: Packet): void;
  /** Must be called after the last packet. Resolves when everything is on disk, or cannot be written. */
  end(): Promise<void>;
}

/** Wait in ms before a disk is looked for again. */
const RETRY_MS = 1000;
/** Number of times that a run that has ended looks for a disk for its last packets; then these are lost. */
const LAST_TRIES = 3;
/** Time in ms without a packet after which the open fragment is written to disk. */
const QUIET_MS = 500;

/** Opens a run, which is written into parts one after the other; `events` gives the file of each. */
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

  /** Opens the next file, and writes into it the packets that the last one may have lost. */
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
    sink.file.durable(bytes);
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

  /** Ends a file before the oldest packet with which the next file will begin. */
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
    // The file is cut back to the last key picture from which the next file can begin, since no new one came in time.
    const first = this.#backlog.packets[0];
    if (!first || first.ptsTicks <= part.startTicks) return;
    this.#giveUp(this.#sink, undefined);
    this.#open();
  }

  /** Writes the open fragment to disk when packets stop coming, as in a pause or when the encoder stalls. */
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
    // After a failure, the next file ends the run: it is open already, or will be.
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
