/** Reads and writes packets of SFTP version 3 (draft-ietf-secsh-filexfer-02). */
import type { Entry } from '../files/file-tree.ts';

/** Attributes that a client sets. */
export interface Attributes {
  sizeBytes?: number;
  modifiedMs?: number;
}

/** A request of a client. */
export type SftpRequest = { id: number } & (
  | { kind: 'open'; path: string; flags: number }
  | { kind: 'close' | 'fstat' | 'readdir'; handle: string }
  | { kind: 'read'; handle: string; offset: number; length: number }
  | { kind: 'write'; handle: string; offset: number; data: Buffer }
  | { kind: 'stat' | 'opendir' | 'remove' | 'mkdir' | 'rmdir' | 'realpath'; path: string }
  | { kind: 'setstat'; path: string; attributes: Attributes }
  | { kind: 'fsetstat'; handle: string; attributes: Attributes }
  | { kind: 'rename'; from: string; to: string; overwrite: boolean }
  | { kind: 'fsync'; handle: string }
  | { kind: 'limits' }
  | { kind: 'unsupported' | 'bad' }
);

/** Flags of an open request. */
export const openFlags = { read: 1, write: 2, append: 4, create: 8, truncate: 16, exclusive: 32 } as const;
/** Status codes of replies. */
export const status = { ok: 0, end: 1, missing: 2, denied: 3, failure: 4, bad: 5, unsupported: 8 } as const;

/**
 * Limits of a client's request: bytes of a packet, bytes of data that are read or written at once, open files. More is
 * refused. Clients can ask for these with `limits@openssh.com`.
 */
export const limits = { packetBytes: 256 << 10, dataBytes: 255 << 10, handles: 64 } as const;

const LIES = Symbol('a length that is not so');

class Fields {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  #take(length: number): Buffer {
    if (length > this.#bytes.length - this.#at) throw LIES;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
  u8 = (): number => this.#take(1).readUInt8();
  u32 = (): number => this.#take(4).readUInt32BE();
  /** A number of 64 bits; above 2^53 it is rounded. */
  u64 = (): number => Number(this.#take(8).readBigUInt64BE());
  bytes = (): Buffer => this.#take(this.u32());
  text = (): string => this.bytes().toString('utf8');
  /** A handle. Those of the box are short, so a long one is cut and is unknown. */
  handle = (): string => this.bytes().toString('latin1').slice(0, 16);
  attributes(): Attributes {
    const flags = this.u32();
    const sizeBytes = flags & 1 ? this.u64() : undefined;
    if (flags & 2) this.#take(8);
    if (flags & 4) this.#take(4);
    const modifiedMs = flags & 8 ? (this.u32(), this.u32() * 1000) : undefined;
    return { ...(sizeBytes === undefined ? {} : { sizeBytes }), ...(modifiedMs === undefined ? {} : { modifiedMs }) };
  }
}

type Read = (fields: Fields) => DistributiveOmit<SftpRequest, 'id'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

const withPath =
  (kind: 'stat' | 'opendir' | 'remove' | 'mkdir' | 'rmdir' | 'realpath'): Read =>
  (fields) => ({ kind, path: fields.text() });
const withHandle =
  (kind: 'close' | 'fstat' | 'readdir'): Read =>
  (fields) => ({ kind, handle: fields.handle() });

const extended: ReadonlyMap<string, Read> = new Map(
  Object.entries<Read>({
    'posix-rename@openssh.com': (fields) => ({
      kind: 'rename',
      from: fields.text(),
      to: fields.text(),
      overwrite: true,
    }),
    'fsync@openssh.com': (fields) => ({ kind: 'fsync', handle: fields.handle() }),
    'limits@openssh.com': () => ({ kind: 'limits' }),
  }),
);

const requests: Readonly<Record<number, Read>> = {
  3: (fields) => ({ kind: 'open', path: fields.text(), flags: fields.u32() }),
  4: withHandle('close'),
  5: (fields) => ({ kind: 'read', handle: fields.handle(), offset: fields.u64(), length: fields.u32() }),
  6: (fields) => ({ kind: 'write', handle: fields.handle(), offset: fields.u64(), data: fields.bytes() }),
  7: withPath('stat'),
  8: withHandle('fstat'),
  9: (fields) => ({ kind: 'setstat', path: fields.text(), attributes: fields.attributes() }),
  10: (fields) => ({ kind: 'fsetstat', handle: fields.handle(), attributes: fields.attributes() }),
  11: withPath('opendir'),
  12: withHandle('readdir'),
  13: withPath('remove'),
  14: withPath('mkdir'),
  15: withPath('rmdir'),
  16: withPath('realpath'),
  17: withPath('stat'),
  18: (fields) => ({ kind: 'rename', from: fields.text(), to: fields.text(), overwrite: false }),
  200: (fields) => extended.get(fields.text())?.(fields) ?? { kind: 'unsupported' },
};

/** Whether this is the first packet of a client. */
export const readsAsInit = (packet: Buffer): boolean => packet.length >= 5 && packet[0] === 1;

/** Reads a packet (without its length field); undefined if it has no id, so that it cannot be answered. */
export function readRequest(packet: Buffer): SftpRequest | undefined {
  if (packet.length < 5) return undefined;
  const fields = new Fields(packet);
  const read = requests[fields.u8()];
  const id = fields.u32();
  try {
    return { id, ...(read?.(fields) ?? { kind: 'unsupported' as const }) };
  } catch (error) {
    if (error === LIES) return { id, kind: 'bad' };
    throw error;
  }
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(Math.max(0, Math.min(value, 0xffffffff)) >>> 0);
  return bytes;
};
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(Math.max(0, Math.floor(value))));
  return bytes;
};
const text = (value: string | Buffer): Buffer[] => {
  const bytes = Buffer.from(value as string);
  return [u32(bytes.length), bytes];
};
function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 1);
  return Buffer.concat([u32(length), Buffer.from([type]), ...parts]);
}

/** The reply with the version. */
export const writeVersion = (): Buffer =>
  packet(2, u32(3), ...[...extended.keys()].flatMap((name) => [...text(name), ...text('1')]));

/** The reply with a status. */
export const writeStatus = (id: number, code: number, message: string): Buffer =>
  packet(101, u32(id), u32(code), ...text(message), ...text('en'));

/** The reply with a handle. */
export const writeHandle = (id: number, handle: string): Buffer => packet(102, u32(id), ...text(handle));

/** The reply with data. */
export const writeData = (id: number, data: Buffer): Buffer => packet(103, u32(id), u32(data.length), data);

/** The reply with `limits`. */
export const writeLimits = (id: number): Buffer =>
  packet(201, u32(id), ...[limits.packetBytes, limits.dataBytes, limits.dataBytes, limits.handles].map(u64));

/** An entry for a client; `writable`: whether the account may overwrite it. */
export interface Shown extends Entry {
  writable: boolean;
}

const modeOf = ({ kind, writable }: Shown): number =>
  kind === 'folder' ? 0o040555 | (writable ? 0o200 : 0) : 0o100444 | (writable ? 0o200 : 0);

const attributesOf = (shown: Shown): Buffer[] => {
  const seconds = u32(Math.floor(shown.modifiedMs / 1000));
  return [u32(1 | 4 | 8), u64(shown.sizeBytes), u32(modeOf(shown)), seconds, seconds];
};

/** The reply with attributes. */
export const writeAttributes = (id: number, shown: Shown): Buffer => packet(105, u32(id), ...attributesOf(shown));

/** The reply with names, each with its line of `ls -l`. */
export const writeNames = (id: number, names: readonly Shown[]): Buffer =>
  packet(
    104,
    u32(id),
    u32(names.length),
    ...names.flatMap((shown) => [...text(shown.name), ...text(longName(shown)), ...attributesOf(shown)]),
  );

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A line in the form of `ls -l`: a date of more than half a year ago has its year instead of the time. */
export function longName(shown: Shown, nowMs = Date.now()): string {
  const { name, kind, sizeBytes, writable } = shown;
  const date = new Date(shown.modifiedMs);
  const two = (value: number): string => String(value).padStart(2, '0');
  const isRecent = Math.abs(nowMs - shown.modifiedMs) < 182 * 86_400_000;
  const time = isRecent ? `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}` : ` ${date.getUTCFullYear()}`;
  const rights = kind === 'folder' ? `dr${writable ? 'w' : '-'}xr-xr-x` : `-r${writable ? 'w' : '-'}-r--r--`;
  const day = String(date.getUTCDate()).padStart(2);
  return `${rights} 1 amphi amphi ${String(sizeBytes).padStart(12)} ${months[date.getUTCMonth()]} ${day} ${time} ${name}`;
}
