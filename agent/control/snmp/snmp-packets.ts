/** Reads and writes messages of SNMP v2c (RFC 1901, 3416) in BER. */

/** An object identifier. */
export type Oid = readonly number[];

/** A value of an object. */
export type SnmpValue =
  | { type: 'integer' | 'counter' | 'gauge' | 'ticks'; value: number }
  | { type: 'counter64'; value: bigint }
  | { type: 'text'; value: string | Buffer }
  | { type: 'oid'; value: Oid }
  | { type: 'nothing' | 'noSuchObject' | 'noSuchInstance' | 'endOfMib' };

/** An object with its value. */
export interface Binding {
  oid: Oid;
  value: SnmpValue;
}

/** A request of a client. */
export interface SnmpRequest {
  community: string;
  kind: 'get' | 'next' | 'bulk' | 'set';
  id: number;
  /** Number of objects that `bulk` asks for once; the others it asks for repeatedly. */
  nonRepeaters: number;
  maxRepetitions: number;
  oids: Oid[];
}

/** Error codes of replies. */
export const problems = { none: 0, tooBig: 1, general: 5, notWritable: 17 } as const;

const kinds: Readonly<Record<number, SnmpRequest['kind']>> = { 0xa0: 'get', 0xa1: 'next', 0xa5: 'bulk', 0xa3: 'set' };
const [INTEGER, TEXT, NOTHING, OID, SEQUENCE, RESPONSE] = [2, 4, 5, 6, 0x30, 0xa2];
const V2C = 1;
/** Number of objects in a request, and numbers in an identifier; a request with more is not answered. */
const MOST_OIDS = 64;
const LONGEST_OID = 128;

class Fields {
  readonly #bytes: Buffer;
  #at = 0;
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }
  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }
  any(): { tag: number; content: Buffer } {
    const tag = this.#byte();
    const first = this.#byte();
    let length = first;
    if (first > 127) {
      if (first > 0x82) throw new RangeError('too long');
      length = 0;
      for (let n = first & 127; n > 0; n--) length = length * 256 + this.#byte();
    }
    if (length > this.#bytes.length - this.#at) throw new RangeError('cut off');
    this.#at += length;
    return { tag, content: this.#bytes.subarray(this.#at - length, this.#at) };
  }
  of(wanted: number): Buffer {
    const { tag, content } = this.any();
    if (tag !== wanted) throw new RangeError('something else');
    return content;
  }
  integer(): number {
    const content = this.of(INTEGER);
    if (content.length < 1 || content.length > 4) throw new RangeError('no integer');
    return content.readIntBE(0, content.length);
  }
  #byte(): number {
    const byte = this.#bytes[this.#at++];
    if (byte === undefined) throw new RangeError('cut off');
    return byte;
  }
}

/** Reads a request; undefined if it is no whole message of v2c. */
export function readSnmp(datagram: Buffer): SnmpRequest | undefined {
  try {
    const message = new Fields(new Fields(datagram).of(SEQUENCE));
    if (message.integer() !== V2C) return undefined;
    const community = message.of(TEXT).toString('latin1');
    const { tag, content } = message.any();
    const kind = kinds[tag];
    if (!kind) return undefined;
    const request = new Fields(content);
    const [id, nonRepeaters, maxRepetitions] = [request.integer(), request.integer(), request.integer()];
    const list = new Fields(request.of(SEQUENCE));
    const oids: Oid[] = [];
    while (!list.isDone) {
      if (oids.length >= MOST_OIDS) return undefined;
      oids.push(readOid(new Fields(list.of(SEQUENCE)).of(OID)));
    }
    return { community, kind, id, nonRepeaters, maxRepetitions, oids };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function readOid(bytes: Buffer): Oid {
  const numbers: number[] = [];
  let number = 0;
  for (const byte of bytes) {
    number = number * 128 + (byte & 127);
    if (number > 0xffffffff || numbers.length > LONGEST_OID) throw new RangeError('no object id');
    if (byte & 128) continue;
    if (numbers.length > 0) numbers.push(number);
    else numbers.push(Math.min(2, Math.floor(number / 40)), number - Math.min(2, Math.floor(number / 40)) * 40);
    number = 0;
  }
  return numbers;
}

function tagged(tag: number, content: Buffer): Buffer {
  const size = content.length;
  if (size < 128) return Buffer.concat([Buffer.from([tag, size]), content]);
  return Buffer.concat([Buffer.from([tag, 0x82, size >> 8, size & 255]), content]);
}

/** The bytes of a number in two's complement, as few as possible. */
function signed(value: bigint): Buffer {
  let bytes = 1;
  while (BigInt.asIntN(bytes * 8, value) !== value) bytes += 1;
  const hex = BigInt.asUintN(bytes * 8, value).toString(16);
  return Buffer.from(hex.padStart(bytes * 2, '0'), 'hex');
}

function oidBytes([first = 0, second = 0, ...rest]: Oid): Buffer {
  const base128 = (value: number): number[] => {
    const digits = [value % 128];
    for (let left = Math.floor(value / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) | 128);
    return digits;
  };
  return Buffer.from([first * 40 + second, ...rest].flatMap(base128));
}

const LARGEST_32 = 0xffffffff;
const wrapped = (value: number): bigint => BigInt(Math.floor(Math.max(0, value)) % (LARGEST_32 + 1));
const capped = (value: number): bigint => BigInt(Math.floor(Math.min(Math.max(0, value), LARGEST_32)));

function writeValue(value: SnmpValue): Buffer {
  switch (value.type) {
    case 'integer':
      return tagged(INTEGER, signed(BigInt(Math.trunc(value.value))));
    case 'counter':
      return tagged(0x41, signed(wrapped(value.value)));
    case 'gauge':
      return tagged(0x42, signed(capped(value.value)));
    case 'ticks':
      return tagged(0x43, signed(wrapped(value.value)));
    case 'counter64':
      return tagged(0x46, signed(BigInt.asUintN(64, value.value)));
    case 'text':
      return tagged(TEXT, Buffer.from(value.value as string).subarray(0, 255));
    case 'oid':
      return tagged(OID, oidBytes(value.value));
    case 'nothing':
      return tagged(NOTHING, Buffer.alloc(0));
    case 'noSuchObject':
      return tagged(0x80, Buffer.alloc(0));
    case 'noSuchInstance':
      return tagged(0x81, Buffer.alloc(0));
    case 'endOfMib':
      return tagged(0x82, Buffer.alloc(0));
  }
}

/** The bytes of an object with its value. */
export const writeBinding = ({ oid, value }: Binding): Buffer =>
  tagged(SEQUENCE, Buffer.concat([tagged(OID, oidBytes(oid)), writeValue(value)]));

/** The bytes of the reply to a request: objects, or a problem with the number of its object, from 1. */
export function writeSnmp({ community, id }: SnmpRequest, bindings: readonly Buffer[], problem = 0, at = 0): Buffer {
  const number = (value: number): Buffer => tagged(INTEGER, signed(BigInt(value)));
  const response = tagged(
    RESPONSE,
    Buffer.concat([number(id), number(problem), number(at), tagged(SEQUENCE, Buffer.concat(bindings))]),
  );
  const name = tagged(TEXT, Buffer.from(community, 'latin1'));
  return tagged(SEQUENCE, Buffer.concat([number(V2C), name, response]));
}
