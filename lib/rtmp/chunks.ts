/** RTMP's chunks (Adobe's specification, 5.3): a stream read into messages, and messages written as chunks. */

/** A whole message. */
export interface RtmpMessage {
  chunkStream: number;
  timestamp: number;
  type: number;
  messageStream: number;
  payload: Buffer;
}

/** Type of the message that sets the size of its sender's chunks. */
export const SET_CHUNK_SIZE = 1;
/** Size of a chunk in bytes until a message of that type sets another. */
const FIRST_CHUNK_BYTES = 128;
const EXTENDED = 0xffffff;
/** Bytes of a chunk's head by its format. */
const HEAD_BYTES = [11, 7, 3, 0] as const;

/** Reads chunks into messages; `read` throws, in words, for bytes that are not RTMP. */
export interface ChunkReader {
  read(chunk: Buffer): RtmpMessage[];
}

interface Stream {
  timestamp: number;
  /** The time in the last head: absolute with format 0, else the difference. */
  field: number;
  length: number;
  type: number;
  messageStream: number;
  isExtended: boolean;
  parts: Buffer[];
  received: number;
}

/** Opens the reader of one direction, after the handshake. */
export function openChunkReader(): ChunkReader {
  const streams = new Map<number, Stream>();
  let chunkBytes = FIRST_CHUNK_BYTES;
  let rest: Buffer = Buffer.alloc(0);

  const next = (): RtmpMessage | 'piece' | undefined => {
    const head = headOf(rest, streams);
    if (!head) return undefined;
    const { stream, chunkStream, end } = head;
    const take = Math.min(chunkBytes, stream.length - stream.received);
    if (rest.length < end + take) return undefined;
    head.apply();
    stream.parts.push(rest.subarray(end, end + take));
    stream.received += take;
    rest = rest.subarray(end + take);
    if (stream.received < stream.length) return 'piece';
    const payload = Buffer.concat(stream.parts.splice(0));
    stream.received = 0;
    if (stream.type === SET_CHUNK_SIZE && payload.length >= 4)
      chunkBytes = Math.max(1, payload.readUInt32BE(0) & 0x7fffffff);
    return {
      chunkStream,
      timestamp: stream.timestamp,
      type: stream.type,
      messageStream: stream.messageStream,
      payload,
    };
  };

  return {
    read(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      const messages: RtmpMessage[] = [];
      for (let message = next(); message !== undefined; message = next())
        if (message !== 'piece') messages.push(message);
      return messages;
    },
  };
}

interface Head {
  chunkStream: number;
  stream: Stream;
  end: number;
  /** Stores the head in its chunk stream; called when the whole chunk has arrived. */
  apply(): void;
}

/** Number of chunk streams of one connection; a chunk of a further one is refused. FFmpeg uses five. */
const MOST_STREAMS = 64;

function headOf(bytes: Buffer, streams: Map<number, Stream>): Head | undefined {
  const basic = basicOf(bytes);
  if (!basic) return undefined;
  const { format, chunkStream, at } = basic;
  const known = streams.get(chunkStream);
  if (!known && (format !== 0 || streams.size >= MOST_STREAMS))
    throw new Error('a chunk of a stream without beginning');
  const stream: Stream = { ...(known ?? NEW_STREAM), parts: known?.parts ?? [] };
  const fields = at + HEAD_BYTES[format];
  if (bytes.length < fields) return undefined;
  const isContinued = stream.received > 0;
  if (isContinued && format !== 3) throw new Error('a message that was not finished');
  if (format < 3) stream.field = bytes.readUIntBE(at, 3);
  if (format < 3) stream.isExtended = stream.field === EXTENDED;
  if (format < 2) {
    stream.length = bytes.readUIntBE(at + 3, 3);
    stream.type = bytes[at + 6]!;
  }
  if (format === 0) stream.messageStream = bytes.readUInt32LE(at + 7);
  const end = fields + (stream.isExtended ? 4 : 0);
  if (bytes.length < end) return undefined;
  if (stream.isExtended) stream.field = bytes.readUInt32BE(fields);
  if (!isContinued) stream.timestamp = format === 0 ? stream.field : (stream.timestamp + stream.field) >>> 0;
  return { chunkStream, stream, end, apply: () => void streams.set(chunkStream, stream) };
}

const NEW_STREAM: Omit<Stream, 'parts'> = {
  timestamp: 0,
  field: 0,
  length: 0,
  type: 0,
  messageStream: 0,
  isExtended: false,
  received: 0,
};

function basicOf(bytes: Buffer): { format: 0 | 1 | 2 | 3; chunkStream: number; at: number } | undefined {
  if (bytes.length === 0) return undefined;
  const format = (bytes[0]! >> 6) as 0 | 1 | 2 | 3;
  const low = bytes[0]! & 63;
  if (low >= 2) return { format, chunkStream: low, at: 1 };
  if (bytes.length < 2 + low) return undefined;
  const chunkStream = 64 + bytes[1]! + (low === 1 ? bytes[2]! * 256 : 0);
  return { format, chunkStream, at: 2 + low };
}

/** A message as chunks of this size, with a full head, so that it does not depend on the messages before. */
export function chunksOf(
  { chunkStream, timestamp, type, messageStream, payload }: RtmpMessage,
  chunkBytes: number,
): Buffer {
  const isExtended = timestamp >= EXTENDED;
  const time = Buffer.alloc(isExtended ? 4 : 0);
  if (isExtended) time.writeUInt32BE(timestamp);
  const head = Buffer.alloc(11);
  head.writeUIntBE(Math.min(timestamp, EXTENDED), 0, 3);
  head.writeUIntBE(payload.length, 3, 3);
  head[6] = type;
  head.writeUInt32LE(messageStream, 7);
  const parts = [basicHead(0, chunkStream), head, time];
  for (let at = 0; at < payload.length || at === 0; at += chunkBytes) {
    if (at > 0) parts.push(basicHead(3, chunkStream), time);
    parts.push(payload.subarray(at, at + chunkBytes));
  }
  return Buffer.concat(parts);
}

function basicHead(format: number, chunkStream: number): Buffer {
  const top = format << 6;
  if (chunkStream < 64) return Buffer.from([top | chunkStream]);
  const over = chunkStream - 64;
  return over < 256 ? Buffer.from([top, over]) : Buffer.from([top | 1, over & 255, over >> 8]);
}
