/** Cuts the bytes of an RTSP connection, of either side, into messages and interleaved frames (RFC 2326 10.12). */

/** A request or reply as it arrived. */
export interface Message {
  kind: 'message';
  /** The first line: `RTSP/1.0 200 OK`, or `OPTIONS rtsp://… RTSP/1.0`. */
  first: string;
  /** Headers in their order, with names as they arrived. */
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer;
}

/** An interleaved frame; `bytes` includes its four bytes of head. */
export interface Frame {
  kind: 'frame';
  channel: number;
  bytes: Buffer;
}

/** Bytes of a message's head; a longer one is not RTSP and is refused. */
const MOST_HEAD_BYTES = 16 << 10;
/** Bytes of a body; a longer one is refused. Descriptions of streams are a hundredth of it. */
const MOST_BODY_BYTES = 1 << 20;
/** Number of empty frames in a row; more are refused, since they are no media and cost time without end. */
const MOST_EMPTY = 1000;
const FRAME_HEAD_BYTES = 4;
const DOLLAR = 0x24;

/**
 * Takes bytes as they arrive; `cut` gives the messages and frames that are complete. It throws, in words, for bytes
 * that are not RTSP.
 */
export interface Cutter {
  cut(chunk: Buffer): (Message | Frame)[];
}

/** Makes the cutter of one side of a connection. */
export function openCutter(): Cutter {
  let rest: Buffer = Buffer.alloc(0);
  /** Pieces that arrived since, joined with `rest` when there are `wanted` bytes in all. */
  let more: Buffer[] = [];
  let [waiting, wanted] = [0, 0];
  let empty = 0;
  const next = (): Message | Frame | undefined => {
    rest = rest.subarray(blanks(rest));
    wanted = 0;
    if (rest.length === 0) return undefined;
    const piece = rest[0] === DOLLAR ? frameAt(rest) : messageAt(rest);
    if (typeof piece === 'number') {
      wanted = piece;
      return undefined;
    }
    rest = rest.subarray(piece.length);
    if (piece.piece.kind === 'message' || piece.length > FRAME_HEAD_BYTES) empty = 0;
    else if (++empty > MOST_EMPTY) throw new Error('empty frames without end');
    return piece.piece;
  };
  return {
    cut(chunk) {
      more.push(chunk);
      waiting += chunk.length;
      if (rest.length + waiting < wanted) return [];
      rest = rest.length === 0 && more.length === 1 ? chunk : Buffer.concat([rest, ...more]);
      more = [];
      waiting = 0;
      const pieces: (Message | Frame)[] = [];
      for (let piece = next(); piece; piece = next()) pieces.push(piece);
      return pieces;
    },
  };
}

function blanks(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
  return at;
}

interface Cut {
  length: number;
  piece: Message | Frame;
}

/** A frame, or the number of bytes that are needed to read it. */
function frameAt(bytes: Buffer): Cut | number {
  if (bytes.length < FRAME_HEAD_BYTES) return FRAME_HEAD_BYTES;
  const length = FRAME_HEAD_BYTES + bytes.readUInt16BE(2);
  if (bytes.length < length) return length;
  return { length, piece: { kind: 'frame', channel: bytes[1]!, bytes: bytes.subarray(0, length) } };
}

/** A message, or the number of bytes that are needed to read it. */
function messageAt(bytes: Buffer): Cut | number {
  const window = bytes.subarray(0, MOST_HEAD_BYTES);
  if (!/^[A-Z_]+[ /]|^[A-Z_]{1,32}$/.test(window.toString('latin1', 0, 32))) throw new Error('what comes is no RTSP');
  const ends = ['\r\n\r\n', '\n\n'].map((end) => [window.indexOf(end), end.length] as const);
  const [at, blank] = ends.filter(([one]) => one >= 0).sort(([one], [other]) => one - other)[0] ?? [-1, 0];
  if (at < 0) {
    if (bytes.length >= MOST_HEAD_BYTES) throw new Error('what comes is no RTSP');
    return bytes.length + 1;
  }
  const [first = '', ...lines] = window.toString('utf8', 0, at).split(/\r?\n/);
  const headers = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon < 1 ? [] : [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const];
  });
  const bodyBytes = Number(valueOf(headers, 'content-length') ?? 0);
  if (!(bodyBytes >= 0 && bodyBytes <= MOST_BODY_BYTES)) throw new Error('a body without a possible length');
  const length = at + blank + bodyBytes;
  if (bytes.length < length) return length;
  const body = Buffer.from(bytes.subarray(at + blank, length));
  return { length, piece: { kind: 'message', first: first.trim(), headers, body } };
}

/** The value of the first header of a name (in lower case). */
export const valueOf = (headers: Message['headers'], name: string): string | undefined =>
  headers.find(([one]) => one.toLowerCase() === name)?.[1];

/** The bytes of a message, with the right length of its body. */
export function bytesOf({ first, headers, body }: Omit<Message, 'kind'>): Buffer {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'content-length');
  const lines = kept.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}`);
  if (body.length > 0) lines.push(`Content-Length: ${body.length}`);
  return Buffer.concat([Buffer.from(`${[first, ...lines].join('\r\n')}\r\n\r\n`), body]);
}
