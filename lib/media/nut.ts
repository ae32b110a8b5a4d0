/**
 * Reads NUT, a container that FFmpeg writes to a pipe with size and time stamp of each packet in a few bytes. It reads
 * one stream, with no syncpoint but the first (`-syncpoints none`). Layout: the NUT open container format, draft of
 * 2013-03-10.
 */
export interface NutReader {
  /** The memory into which the next bytes are to be read; never empty. */
  room(): Uint8Array;
  /** Says how many bytes were read into `room()`. */
  landed(bytes: number): void;
}

/** What a stream of sound says of itself. */
export interface NutSound {
  rateHz: number;
  channels: number;
  /** Length of a tick of its time stamps in seconds. */
  tickSeconds: number;
}

/** Receives the packets of a stream. */
export interface NutTaker {
  /** Called before the first packet if the stream is one of sound. */
  sound?(facts: NutSound): void;
  /**
   * Called when a packet of `bytes` bytes begins; `ticks` is its time stamp in the stream's time base. Throws if no
   * packet can have this size.
   */
  begins(bytes: number, ticks: bigint): void;
  /** The memory for the next bytes of the packet; never empty. Only as much of it is used as the packet still needs. */
  room(): Uint8Array;
  landed(bytes: number): void;
  /** Called once if the bytes are not such a stream; all bytes after that are ignored. */
  torn(reason: string): void;
}

/**
 * Bytes that are read at a time where a packet's head is expected; the part that belongs to packets is copied from
 * them. A small packet comes whole.
 */
const HEAD_BYTES = 8192;
/** Length of a header in bytes; a longer one makes the stream torn, since FFmpeg writes none. */
const MOST_HEADER_BYTES = 1 << 16;
const MAGIC = Buffer.from('nut/multimedia container\0');
/** The first byte of a start code; no packet begins with it. */
const N = 0x4e;
const MAIN = 0x4e4d7a561f5f04adn;
const STREAM = 0x4e5311405bf2f9dbn;
const SYNCPOINT = 0x4e4be4adeeca4569n;
/** Headers that are read; others are skipped. */
const READ = new Map([
  [MAIN, mainHeader],
  [STREAM, streamHeader],
  [SYNCPOINT, syncpoint],
]);
/** Length of a header in bytes; a longer one has a checksum of its length. */
const LONG_HEADER_BYTES = 4096;
const CHECKSUM_BYTES = 4;

/** Flags of a packet's head. */
const FLAG = { codedPts: 8, streamId: 16, sizeMsb: 32, checksum: 64, reserved: 128, matchTime: 2048, coded: 4096 };
/**
 * Flags that never occur in a stream without side data, elided headers and end of relevance; a packet with one makes
 * the stream torn.
 */
const REFUSED = 2 | 256 | 1024 | 8192;

/** Properties of a packet that its first byte selects. */
interface PacketCode {
  flags: number;
  ptsDelta: bigint;
  sizeMul: number;
  sizeLsb: number;
  reserved: number;
}

/** Opens a reader. */
export function openNutReader(taker: NutTaker): NutReader {
  return new PipedNutReader(taker);
}

class PipedNutReader implements NutReader {
  readonly #taker: NutTaker;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  /** Bytes of a head that were already read. */
  #known = 0;
  /** Bytes of the current packet that are still to come. */
  #rest = 0;
  /** Bytes of a header that are still to be skipped. */
  #skipped = 0;
  #isBegun = false;
  #isTorn = false;
  #codes: readonly (PacketCode | undefined)[] = [];
  #ptsShift = 0n;
  #lastPts = 0n;
  #tickSeconds: number | undefined;

  constructor(taker: NutTaker) {
    this.#taker = taker;
  }

  room(): Uint8Array {
    if (this.#rest === 0 || this.#isTorn) return this.#head.subarray(this.#known);
    const room = this.#taker.room();
    return room.length > this.#rest ? room.subarray(0, this.#rest) : room;
  }

  landed(bytes: number): void {
    if (this.#isTorn) return;
    try {
      if (this.#rest > 0) return this.#take(bytes);
      this.#known += bytes;
      this.#readHeads();
    } catch (error) {
      this.#isTorn = true;
      this.#known = 0;
      this.#taker.torn(error instanceof Error ? error.message : String(error));
    }
  }

  #take(bytes: number): void {
    this.#rest -= bytes;
    this.#taker.landed(bytes);
  }

  #readHeads(): void {
    let at = 0;
    while (at < this.#known) {
      const read = this.#step(this.#head.subarray(at, this.#known));
      if (read === 0) break;
      at += read;
    }
    this.#head.copyWithin(0, at, this.#known);
    this.#known -= at;
    if (this.#known === HEAD_BYTES) throw new Error('a head of a packet does not end');
  }

  /** Reads one packet or header; gives the number of its bytes, 0 if it is not complete yet. */
  #step(bytes: Buffer): number {
    if (this.#skipped > 0) {
      const count = Math.min(this.#skipped, bytes.length);
      this.#skipped -= count;
      return count;
    }
    if (this.#rest > 0) return this.#copy(bytes);
    if (!this.#isBegun) return this.#readMagic(bytes);
    const cursor = openCursor(bytes);
    if (bytes[0] === N) this.#readHeader(cursor);
    else this.#readPacketHead(cursor);
    return cursor.isShort() ? 0 : cursor.at();
  }

  #copy(bytes: Buffer): number {
    const room = this.#taker.room();
    const count = Math.min(bytes.length, this.#rest, room.length);
    room.set(bytes.subarray(0, count));
    this.#take(count);
    return count;
  }

  #readMagic(bytes: Buffer): number {
    const count = Math.min(bytes.length, MAGIC.length);
    if (!bytes.subarray(0, count).equals(MAGIC.subarray(0, count))) throw new Error('it is no NUT');
    this.#isBegun = count === MAGIC.length;
    return this.#isBegun ? count : 0;
  }

  #readHeader(cursor: Cursor): void {
    const read = READ.get(cursor.startCode());
    const length = cursor.number();
    if (length > LONG_HEADER_BYTES) cursor.skip(CHECKSUM_BYTES);
    if (length > MOST_HEADER_BYTES) throw new Error(`a header has ${length} bytes`);
    if (!read) {
      if (!cursor.isShort()) this.#skipped = length;
      return;
    }
    const end = cursor.at() + length;
    const { codes, tickSeconds, ptsShift, sound, ptsTicks } = read(cursor);
    cursor.skipTo(end);
    if (cursor.isShort()) return;
    this.#tickSeconds = tickSeconds ?? this.#tickSeconds;
    if (sound && this.#tickSeconds !== undefined) this.#taker.sound?.({ ...sound, tickSeconds: this.#tickSeconds });
    this.#codes = codes ?? this.#codes;
    this.#ptsShift = ptsShift ?? this.#ptsShift;
    this.#lastPts = ptsTicks ?? this.#lastPts;
  }

  #readPacketHead(cursor: Cursor): void {
    const code = this.#codes[cursor.byte()];
    if (!code) throw new Error('a packet begins with an unknown code');
    const flags = code.flags & FLAG.coded ? code.flags ^ cursor.number() : code.flags;
    if (flags & FLAG.streamId) cursor.number();
    const ticks = flags & FLAG.codedPts ? this.#ptsOf(cursor.big()) : this.#lastPts + code.ptsDelta;
    const size = code.sizeLsb + (flags & FLAG.sizeMsb ? code.sizeMul * cursor.number() : 0);
    if (flags & FLAG.matchTime) cursor.number();
    const reserved = flags & FLAG.reserved ? cursor.number() : code.reserved;
    for (let count = 0; count < reserved && !cursor.isShort(); count++) cursor.number();
    if (flags & FLAG.checksum) cursor.skip(CHECKSUM_BYTES);
    if (cursor.isShort()) return;
    if (flags & REFUSED) throw new Error(`a packet has the flags ${flags}`);
    this.#taker.begins(size, ticks);
    this.#lastPts = ticks;
    this.#rest = size;
  }

  /**
   * The whole time stamp: a coded one holds all of it, or its last bits, which are completed from the time stamp
   * before.
   */
  #ptsOf(coded: bigint): bigint {
    const range = 1n << this.#ptsShift;
    if (coded >= range) return coded - range;
    const from = this.#lastPts - (range - 1n) / 2n;
    return ((coded - from) & (range - 1n)) + from;
  }
}

interface Header {
  codes?: readonly (PacketCode | undefined)[];
  tickSeconds?: number;
  ptsShift?: bigint;
  sound?: Omit<NutSound, 'tickSeconds'>;
  /** The time stamp to which the next one is relative. */
  ptsTicks?: bigint;
}

function mainHeader(cursor: Cursor): Header {
  const version = cursor.number();
  if (version > 3) cursor.number();
  if (cursor.number() !== 1 && !cursor.isShort()) throw new Error('there are several streams');
  cursor.number();
  const bases = cursor.number();
  // The only stream has the first time base.
  const tickSeconds = cursor.number() / cursor.number();
  for (let count = 2; count < 2 * bases && !cursor.isShort(); count++) cursor.number();
  return { codes: packetCodes(cursor), tickSeconds };
}

/** The table of packets' first bytes, written as rows of codes that differ in their size alone. */
function packetCodes(cursor: Cursor): (PacketCode | undefined)[] {
  const codes: (PacketCode | undefined)[] = [];
  let [ptsDelta, sizeMul] = [0n, 1];
  while (codes.length < 256 && !cursor.isShort()) {
    const flags = cursor.number();
    const fields = cursor.number();
    if (fields > 0) ptsDelta = cursor.signed();
    if (fields > 1) sizeMul = cursor.number();
    if (fields > 2) cursor.number();
    const sizeLsb = fields > 3 ? cursor.number() : 0;
    const reserved = fields > 4 ? cursor.number() : 0;
    const count = fields > 5 ? cursor.number() : sizeMul - sizeLsb;
    for (let field = 6; field < fields && !cursor.isShort(); field++) cursor.number();
    if (cursor.isShort()) break;
    if (count <= 0 || count > 256) throw new Error('the table of codes is wrong');
    for (let index = 0; index < count && codes.length < 256; index++) {
      if (codes.length === N) codes.push(undefined);
      codes.push({ flags, ptsDelta, sizeMul, sizeLsb: sizeLsb + index, reserved });
    }
  }
  return codes;
}

/** Class of a stream of sound. */
const SOUND = 1;

function streamHeader(cursor: Cursor): Header {
  cursor.number();
  const kind = cursor.number();
  cursor.skip(cursor.number());
  cursor.number();
  const ptsShift = BigInt(cursor.number());
  if (kind !== SOUND) return { ptsShift };
  // Distance of time stamps, delay of the decoder and flags are of no use here.
  for (let count = 0; count < 3; count++) cursor.number();
  cursor.skip(cursor.number());
  const rateHz = cursor.number() / cursor.number();
  return { ptsShift, sound: { rateHz, channels: cursor.number() } };
}

/** The number after the syncpoint's start code: a time stamp, since there is one time base. */
function syncpoint(cursor: Cursor): Header {
  return { ptsTicks: cursor.big() };
}

/** Reads numbers; after the end of the bytes they are 0, and `isShort()` gives true. */
interface Cursor {
  at(): number;
  isShort(): boolean;
  byte(): number;
  startCode(): bigint;
  /** A number in groups of seven bits. */
  big(): bigint;
  number(): number;
  signed(): bigint;
  skip(bytes: number): void;
  skipTo(end: number): void;
}

/** Groups of seven bits in a number; one with more makes the bytes invalid. */
const MOST_GROUPS = 10;

function openCursor(bytes: Buffer): Cursor {
  let at = 0;
  const big = (): bigint => {
    let value = 0n;
    for (let count = 0; count < MOST_GROUPS; count++) {
      const byte = cursor.byte();
      value = (value << 7n) | BigInt(byte & 127);
      if (byte < 128) return value;
    }
    throw new Error('a number does not end');
  };
  const cursor: Cursor = {
    at: () => at,
    isShort: () => at > bytes.length,
    byte: () => bytes[at++] ?? 0,
    startCode() {
      at += 8;
      return at <= bytes.length ? bytes.readBigUInt64BE(at - 8) : 0n;
    },
    big,
    number() {
      const value = big();
      if (value > MOST_NUMBER) throw new Error(`a number is ${value}`);
      return Number(value);
    },
    signed() {
      const value = big() + 1n;
      return value & 1n ? -(value >> 1n) : value >> 1n;
    },
    skip: (count) => void (at += count),
    skipTo: (end) => void (at = end),
  };
  return cursor;
}

/** Greatest value of a size or count; a greater one makes the bytes invalid. */
const MOST_NUMBER = BigInt(Number.MAX_SAFE_INTEGER);
