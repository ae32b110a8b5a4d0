import type { ServerChannel } from 'ssh2';
import type { Log } from '#lib/runtime/log.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import { openByteSource } from '../session/byte-source.ts';
import { openChannelOut } from '../session/channel-out.ts';
import { FileError, fileError, type FileProblem } from '../files/file-error.ts';
import {
  absolute,
  type Entry,
  type FileView,
  type HowToWrite,
  type Reading,
  type Writing,
} from '../files/file-tree.ts';
import * as wire from './sftp-packets.ts';
import type { SftpRequest, Shown } from './sftp-packets.ts';

type Open = { path: string } & (
  | { kind: 'reading'; file: Reading }
  | { kind: 'writing'; file: Writing; append: boolean }
  | { kind: 'listing'; left: Entry[] }
);

type OnHandle = SftpRequest & { handle: string };

const NAMES_AT_ONCE = 100;
const codes: Partial<Record<FileProblem, number>> = { missing: wire.status.missing, denied: wire.status.denied };

/**
 * Serves SFTP on a channel until the client leaves. Requests are answered in order, since Debian's scp truncates files
 * if answers overtake each other. A file that the client has not closed at the end does not get its name.
 */
export async function serveSftp(
  channel: ServerChannel,
  view: FileView,
  { room, log }: { room: () => Promise<void>; log: Log },
): Promise<void> {
  const source = openByteSource(channel);
  const out = openChannelOut(channel, room);
  const session = new SftpSession(view, log);
  const turns = openTurns();
  let goesOn = true;
  for (let isFirst = true; goesOn; isFirst = false) {
    const length = (await source.exactly(4))?.readUInt32BE();
    if (length === undefined || length === 0 || length > wire.limits.packetBytes) break;
    const packet = await source.exactly(length);
    if (!packet || (isFirst && !wire.readsAsInit(packet))) break;
    const request = isFirst ? undefined : wire.readRequest(packet);
    if (!isFirst && !request) break;
    goesOn = await out.write(request ? await session.answer(request) : wire.writeVersion());
    await turns.over();
  }
  await session.end();
  out.close(0);
}

class SftpSession {
  readonly #view: FileView;
  readonly #log: Log;
  readonly #handles = new Map<string, Open>();
  #nextHandle = 1;

  constructor(view: FileView, log: Log) {
    this.#view = view;
    this.#log = log;
  }

  async answer(request: SftpRequest): Promise<Buffer> {
    try {
      return (await this.#act(request)) ?? wire.writeStatus(request.id, wire.status.ok, 'done');
    } catch (error) {
      const { problem, message } = fileError(error);
      if (problem === 'failed') this.#log.warn({ err: error, request: request.kind }, 'SFTP request failed');
      return wire.writeStatus(request.id, codes[problem] ?? wire.status.failure, message);
    }
  }

  async end(): Promise<void> {
    for (const [handle, open] of this.#handles) {
      this.#handles.delete(handle);
      if (open.kind === 'reading') await open.file.close().catch(() => undefined);
      if (open.kind === 'writing') await open.file.abandon();
    }
  }

  /** The reply; undefined for the status "ok". */
  async #act(request: SftpRequest): Promise<Buffer | undefined | void> {
    const { id, kind } = request;
    const view = this.#view;
    const path = 'path' in request ? absolute('/', request.path) : '/';
    if (kind === 'open') return this.#open(id, path, request.flags);
    if (kind === 'opendir') return this.#keep(id, { kind: 'listing', path, left: await view.list(path) });
    if (kind === 'stat') return wire.writeAttributes(id, this.#shown(path, await view.stat(path)));
    if (kind === 'setstat') return this.#setAttributes(path, request.attributes);
    if (kind === 'remove') return view.remove(path);
    if (kind === 'mkdir') return view.makeFolder(path);
    if (kind === 'rmdir') return view.removeFolder(path);
    if (kind === 'rename')
      return view.rename(absolute('/', request.from), absolute('/', request.to), request.overwrite);
    if (kind === 'realpath') return wire.writeNames(id, [this.#shown(path, rootEntry(path))]);
    if (kind === 'limits') return wire.writeLimits(id);
    if (kind === 'unsupported') return wire.writeStatus(id, wire.status.unsupported, 'not supported');
    if (kind === 'bad') return wire.writeStatus(id, wire.status.bad, 'bad message');
    return this.#onHandle(request as OnHandle);
  }

  async #onHandle(request: OnHandle): Promise<Buffer | undefined | void> {
    const { id } = request;
    const open = this.#handles.get(request.handle);
    if (!open) return wire.writeStatus(id, wire.status.failure, 'no such handle');
    if (request.kind === 'close') return this.#close(request.handle, open);
    if (request.kind === 'fstat') return wire.writeAttributes(id, this.#shown(open.path, await this.#facts(open)));
    if (request.kind === 'readdir') return this.#names(id, open);
    if (request.kind === 'read' && open.kind === 'reading') {
      const data = await open.file.read(request.offset, Math.min(request.length, wire.limits.dataBytes));
      return data.length === 0 ? wire.writeStatus(id, wire.status.end, 'end') : wire.writeData(id, data);
    }
    if (request.kind === 'write' && open.kind === 'writing') {
      return open.file.write(open.append ? open.file.sizeBytes() : request.offset, request.data);
    }
    if (request.kind === 'fsetstat' && open.kind === 'writing') {
      const { sizeBytes, modifiedMs } = request.attributes;
      if (sizeBytes !== undefined) await open.file.truncate(sizeBytes);
      if (modifiedMs !== undefined) open.file.setModified(modifiedMs);
      return undefined;
    }
    // `fsync` needs nothing: a stored file is on disk when it gets its name.
    if (request.kind === 'fsync' || request.kind === 'fsetstat') return undefined;
    return wire.writeStatus(id, wire.status.failure, 'not opened for this');
  }

  async #open(id: number, path: string, flags: number): Promise<Buffer> {
    const { write, append, create, truncate, exclusive } = wire.openFlags;
    if (!(flags & write)) return this.#keep(id, { kind: 'reading', path, file: await this.#view.openRead(path) });
    if (!(flags & create)) await this.#view.stat(path);
    const isAppend = (flags & append) !== 0;
    const how: HowToWrite = {
      keep: (flags & truncate) === 0,
      exclusive: (flags & create) !== 0 && (flags & exclusive) !== 0,
      ...(isAppend ? { at: 'end' } : {}),
    };
    return this.#keep(id, {
      kind: 'writing',
      path,
      file: await this.#view.openWrite(path, how),
      append: isAppend,
    });
  }

  async #keep(id: number, open: Open): Promise<Buffer> {
    if (this.#handles.size >= wire.limits.handles) {
      if (open.kind === 'reading') await open.file.close();
      if (open.kind === 'writing') await open.file.abandon();
      return wire.writeStatus(id, wire.status.failure, 'too many open files');
    }
    const handle = String(this.#nextHandle++);
    this.#handles.set(handle, open);
    return wire.writeHandle(id, handle);
  }

  async #close(handle: string, open: Open): Promise<void> {
    this.#handles.delete(handle);
    if (open.kind === 'reading') await open.file.close();
    if (open.kind === 'writing') await open.file.commit();
  }

  async #facts(open: Open): Promise<Entry> {
    if (open.kind === 'listing') return this.#view.stat(open.path);
    const sizeBytes = open.kind === 'reading' ? open.file.sizeBytes : open.file.sizeBytes();
    const modifiedMs = open.kind === 'reading' ? open.file.modifiedMs : Date.now();
    return { name: open.path, kind: 'file', sizeBytes, modifiedMs };
  }

  #names(id: number, open: Open): Buffer {
    if (open.kind !== 'listing') return wire.writeStatus(id, wire.status.failure, 'not opened for this');
    const some = open.left.splice(0, NAMES_AT_ONCE);
    if (some.length === 0) return wire.writeStatus(id, wire.status.end, 'end');
    const names = some.map((entry) => this.#shown(absolute(open.path, entry.name), entry));
    return wire.writeNames(id, names);
  }

  async #setAttributes(path: string, { sizeBytes, modifiedMs }: wire.Attributes): Promise<void> {
    if (sizeBytes !== undefined) throw new FileError('denied', 'only while it is being stored');
    if (modifiedMs === undefined) await this.#view.stat(path);
    else await this.#view.setModified(path, modifiedMs);
  }

  #shown = (path: string, entry: Entry): Shown => ({ ...entry, writable: this.#view.may(path, 'store') });
}

const rootEntry = (path: string): Entry => ({ name: path, kind: 'folder', sizeBytes: 0, modifiedMs: 0 });
