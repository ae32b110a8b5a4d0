import { posix } from 'node:path';
import type { ServerChannel } from 'ssh2';
import { openTurns } from '#lib/runtime/turns.ts';
import { openByteSource, type ByteSource } from '../session/byte-source.ts';
import { openChannelOut, type ChannelOut } from '../session/channel-out.ts';
import { FileError, fileError } from '../files/file-error.ts';
import { absolute, type Entry, type FileView } from '../files/file-tree.ts';
import { fitsPattern, shellWords } from './shell-words.ts';

/** The command line with which a client of the old protocol (`scp -O`) starts scp on the box. */
export interface ScpCommand {
  direction: 'from' | 'to';
  recursive: boolean;
  times: boolean;
  /** Whether the target has to be a folder. */
  intoFolder: boolean;
  paths: string[];
}

/** Reads a command line; undefined if it is no command of scp. */
export function readScpCommand(line: string): ScpCommand | undefined {
  const [program, ...words] = shellWords(line) ?? [];
  if (program !== 'scp') return undefined;
  const options = words.findIndex((word) => word === '--' || !word.startsWith('-'));
  const flags = words.slice(0, options < 0 ? words.length : options).join('');
  const paths = words.slice(options < 0 ? words.length : options).filter((word, at) => at > 0 || word !== '--');
  const [isFrom, isTo] = [flags.includes('f'), flags.includes('t')];
  if (isFrom === isTo || paths.length === 0) return undefined;
  return {
    direction: isFrom ? 'from' : 'to',
    recursive: flags.includes('r'),
    times: flags.includes('p'),
    intoFolder: flags.includes('d'),
    paths,
  };
}

const CHUNK_BYTES = 128 << 10;
/** Bytes of a line of the protocol; a longer one ends the transfer. */
const LONGEST_LINE = 4096;
/** Folders inside of each other that are sent or stored; deeper ones are reported as an error. */
const DEEPEST = 32;

/** An error: the other side has gone, or sent something unknown. */
class Broken extends Error {}

/** Serves the old scp protocol (from rcp) until its end. A file is stored completely or not at all. */
export async function serveScp(
  channel: ServerChannel,
  command: ScpCommand,
  view: FileView,
  room: () => Promise<void>,
): Promise<void> {
  const scp = new Scp(openByteSource(channel), openChannelOut(channel, room), view, command);
  await scp.run();
}

class Scp {
  readonly #source: ByteSource;
  readonly #out: ChannelOut;
  readonly #view: FileView;
  readonly #command: ScpCommand;
  #status = 0;

  constructor(source: ByteSource, out: ChannelOut, view: FileView, command: ScpCommand) {
    this.#source = source;
    this.#out = out;
    this.#view = view;
    this.#command = command;
  }

  async run(): Promise<void> {
    try {
      if (this.#command.direction === 'from') await this.#send();
      else await this.#receive();
    } catch (error) {
      if (!(error instanceof Broken)) await this.#complain(error);
      this.#status = 1;
    }
    this.#out.close(this.#status);
  }

  async #send(): Promise<void> {
    await this.#agreed();
    for (const path of await this.#expanded()) {
      await this.#sendAny(path, 0).catch((error: unknown) => this.#complain(error));
    }
  }

  async #sendAny(path: string, depth: number): Promise<void> {
    const entry = await this.#view.stat(path);
    if (entry.kind === 'file') return this.#sendFile(path, entry);
    if (!this.#command.recursive || depth > DEEPEST) throw new FileError('is a folder');
    await this.#sayTimes(entry);
    await this.#say(`D0755 0 ${posix.basename(path) || '/'}\n`);
    for (const { name } of await this.#view.list(path)) {
      await this.#sendAny(absolute(path, name), depth + 1).catch((error: unknown) => this.#complain(error));
    }
    await this.#say('E\n');
  }

  async #sendFile(path: string, entry: Entry): Promise<void> {
    const file = await this.#view.openRead(path);
    try {
      await this.#sayTimes(entry);
      await this.#say(`C0644 ${file.sizeBytes} ${posix.basename(path)}\n`);
      let isShort = false;
      for (let at = 0; at < file.sizeBytes;) {
        const wanted = Math.min(CHUNK_BYTES, file.sizeBytes - at);
        const read = await file.read(at, wanted).catch(() => Buffer.alloc(0));
        // Bytes that cannot be read are sent as zeros, since the length was announced; then the file is reported as
        // wrong.
        isShort ||= read.length === 0;
        const chunk = read.length === 0 ? Buffer.alloc(wanted) : read;
        if (!(await this.#out.write(chunk))) throw new Broken();
        at += chunk.length;
      }
      if (isShort) await this.#complain(new FileError('failed'));
      else await this.#out.write('\0');
      await this.#agreed();
    } finally {
      await file.close();
    }
  }

  async #sayTimes({ modifiedMs }: Entry): Promise<void> {
    const seconds = Math.floor(modifiedMs / 1000);
    if (this.#command.times) await this.#say(`T${seconds} 0 ${seconds} 0\n`);
  }

  async #receive(): Promise<void> {
    const target = absolute('/', this.#command.paths[0] ?? '/');
    const isFolder = (path: string): Promise<boolean> =>
      this.#view.stat(path).then(
        ({ kind }) => kind === 'folder',
        () => false,
      );
    const intoFolder = await isFolder(target);
    if (this.#command.intoFolder && !intoFolder) throw new FileError('not a folder');
    const folders: string[] = [];
    let modifiedMs: number | undefined;
    await this.#out.write('\0');
    const turns = openTurns();
    for (;;) {
      await turns.over();
      const line = await this.#source.line(LONGEST_LINE);
      if (line === undefined) return;
      const place = (name: string): string => {
        const folder = folders.at(-1) ?? (intoFolder ? target : undefined);
        return folder === undefined ? target : absolute(folder, name);
      };
      const kind = line.charAt(0);
      if (kind === 'T') modifiedMs = readTimes(line);
      else if (kind === 'C') {
        const { name, sizeBytes } = readHeader(line);
        await this.#storeFile(place(name), sizeBytes, modifiedMs);
        modifiedMs = undefined;
        continue;
      } else if (kind === 'D' && this.#command.recursive && folders.length < DEEPEST) {
        const folder = place(readHeader(line).name);
        if (!(await isFolder(folder))) await this.#view.makeFolder(folder);
        folders.push(folder);
        modifiedMs = undefined;
      } else if (kind === 'E' && folders.length > 0) folders.pop();
      else if (kind === '\u0001') this.#status = 1;
      else throw new FileError('bad name', 'that is no scp');
      if (kind !== '\u0001') await this.#out.write('\0');
    }
  }

  async #storeFile(path: string, sizeBytes: number, modifiedMs: number | undefined): Promise<void> {
    let file;
    try {
      file = await this.#view.openWrite(path);
    } catch (error) {
      // After a complaint the client skips this file and sends the next one.
      return this.#complain(error);
    }
    try {
      await this.#out.write('\0');
      for (let at = 0; at < sizeBytes;) {
        const chunk = await this.#source.upTo(Math.min(CHUNK_BYTES, sizeBytes - at));
        if (!chunk) throw new Broken();
        await file.write(at, chunk);
        at += chunk.length;
      }
      const end = await this.#source.exactly(1);
      if (end?.[0] !== 0) throw new Broken();
      if (modifiedMs !== undefined) file.setModified(modifiedMs);
      await file.commit();
    } finally {
      await file.abandon();
    }
    await this.#out.write('\0');
  }

  async #say(line: string): Promise<void> {
    if (!(await this.#out.write(line))) throw new Broken();
    await this.#agreed();
  }

  /**
   * Reads the client's answer. 0: continue. 1: a complaint about this file, which is thrown as a FileError. Anything
   * else, or the end: throws Broken.
   */
  async #agreed(): Promise<void> {
    const answer = (await this.#source.exactly(1))?.[0];
    if (answer === 0) return;
    const message = answer === 1 ? await this.#source.line(LONGEST_LINE) : undefined;
    if (message === undefined) throw new Broken();
    this.#status = 1;
    throw new FileError('failed', message);
  }

  async #complain(error: unknown): Promise<void> {
    if (error instanceof Broken) throw error;
    this.#status = 1;
    const { message } = fileError(error);
    await this.#out.write(`\u0001scp: ${message.replaceAll(/\p{Cc}/gu, ' ')}\n`);
  }

  /** The paths that match `*` and `?` in the last part of a path, as a shell would expand them. */
  async #expanded(): Promise<string[]> {
    const found: string[] = [];
    for (const given of this.#command.paths) {
      const path = absolute('/', given);
      const pattern = posix.basename(path);
      const names = /[*?]/.test(pattern) ? await this.#namesIn(posix.dirname(path), pattern) : [];
      found.push(...(names.length > 0 ? names : [path]));
    }
    return found;
  }

  async #namesIn(folder: string, pattern: string): Promise<string[]> {
    const entries = await this.#view.list(folder).catch((): Entry[] => []);
    return entries.filter(({ name }) => fitsPattern(name, pattern)).map(({ name }) => absolute(folder, name));
  }
}

function readHeader(line: string): { name: string; sizeBytes: number } {
  const [, size, name] = /^[CD][0-7]{4} (\d{1,15}) (.+)$/su.exec(line) ?? [];
  if (size === undefined || name === undefined || /^\.\.?$|\//.test(name)) throw new FileError('bad name');
  return { name, sizeBytes: Number(size) };
}

function readTimes(line: string): number {
  const seconds = /^T(\d{1,12}) \d+ \d{1,12} \d+$/.exec(line)?.[1];
  if (seconds === undefined) throw new FileError('bad name', 'that is no scp');
  return Number(seconds) * 1000;
}
