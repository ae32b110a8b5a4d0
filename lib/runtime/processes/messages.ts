import type { Writable } from 'node:stream';

/** One message: a value that JSON can hold, and pieces of bytes beside it. */
export interface Message {
  head: unknown;
  pieces: readonly Buffer[];
}

const PREFIX_BYTES = 8;

/** Writes a message: length of all, length of the head, the head as JSON with the lengths of the pieces, the pieces. */
export function writeMessage(stream: Writable, { head, pieces }: Message): void {
  const json = Buffer.from(JSON.stringify([head, ...pieces.map(({ length }) => length)]));
  const bytes = pieces.reduce((sum, { length }) => sum + length, json.length);
  const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  prefix.writeUInt32BE(bytes, 0);
  prefix.writeUInt32BE(json.length, 4);
  stream.cork();
  stream.write(prefix);
  stream.write(json);
  for (const piece of pieces) stream.write(piece);
  stream.uncork();
}

/** Reads messages from bytes that arrive in pieces. */
export interface MessageReader {
  feed(bytes: Buffer): void;
  /** The next complete message; undefined until there is one. Throws for bytes that are not a message. */
  next(): Message | undefined;
}

/** Opens a reader; it throws for a message of more than `mostBytes`. */
export function openMessageReader(mostBytes: number): MessageReader {
  let chunks: Buffer[] = [];
  let waiting = 0;
  const take = (length: number): Buffer => {
    const whole = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
    chunks = whole.length > length ? [whole.subarray(length)] : [];
    waiting -= length;
    return whole.subarray(0, length);
  };
  let wanted: { bytes: number; headBytes: number } | undefined;
  return {
    feed(bytes) {
      chunks.push(bytes);
      waiting += bytes.length;
    },
    next() {
      if (!wanted) {
        if (waiting < PREFIX_BYTES) return undefined;
        const prefix = take(PREFIX_BYTES);
        wanted = { bytes: prefix.readUInt32BE(0), headBytes: prefix.readUInt32BE(4) };
        if (wanted.bytes > mostBytes || wanted.headBytes > wanted.bytes) throw new Error('a message is too long');
      }
      if (waiting < wanted.bytes) return undefined;
      const { bytes, headBytes } = wanted;
      wanted = undefined;
      return messageOf(take(bytes), headBytes);
    },
  };
}

function messageOf(bytes: Buffer, headBytes: number): Message {
  const read: unknown = JSON.parse(bytes.toString('utf8', 0, headBytes));
  if (!Array.isArray(read)) throw new Error('a message has no head');
  const [head, ...lengths] = read as unknown[];
  let at = headBytes;
  const pieces = lengths.map((length) => {
    const end = at + Number(length);
    if (!Number.isInteger(end) || end < at || end > bytes.length) throw new Error('a piece of a message is not there');
    const piece = bytes.subarray(at, end);
    at = end;
    return piece;
  });
  return { head, pieces };
}
