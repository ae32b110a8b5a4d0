/** RTSP 1.0 messages (RFC 2326 sections 4 to 7, 10.12): bytes to requests and interleaved frames, replies to bytes. */

/** A request of a client. */
export interface Request {
  method: string;
  uri: string;
  /** Headers by their names in lower case; repeated ones are joined by commas. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

/** A whole message from a connection: a request or an interleaved frame. */
export type Incoming = { kind: 'request'; request: Request } | { kind: 'frame'; channel: number; payload: Buffer };

/** Thrown for bytes that are no RTSP, or too many; `status` is the last reply before the connection is closed. */
export class ProtocolError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Bytes of a request's head; a longer one is refused and ends the connection. */
export const MAX_HEAD_BYTES = 16 << 10;
/** Bytes of a request's body; a longer one is refused and ends the connection. */
export const MAX_BODY_BYTES = 64 << 10;
const MAX_HEADERS = 64;
const DOLLAR = 0x24;

/** Takes bytes as they arrive and gives whole messages. It holds at most one message and one chunk. */
export interface Parser {
  feed(chunk: Buffer): void;
  /** The next whole message; undefined until more bytes come. After a ProtocolError nothing can be read any more. */
  next(): Incoming | undefined;
  /** Whether a message has begun and is not complete. */
  inTheMiddle(): boolean;
}

/** Makes the parser of one connection. */
export function openParser(): Parser {
  let bytes: Buffer = Buffer.alloc(0);
  const take = (length: number): Buffer => {
    const taken = bytes.subarray(0, length);
    bytes = bytes.subarray(length);
    return taken;
  };
  return {
    feed: (chunk) => void (bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])),
    inTheMiddle: () => bytes.length > 0,
    next() {
      bytes = bytes.subarray(blankPrefix(bytes));
      if (bytes.length === 0) return undefined;
      if (bytes[0] === DOLLAR) {
        if (bytes.length < 4) return undefined;
        const length = 4 + bytes.readUInt16BE(2);
        if (bytes.length < length) return undefined;
        const frame = take(length);
        return { kind: 'frame', channel: frame[1]!, payload: frame.subarray(4) };
      }
      const head = headBytes(bytes);
      if (head === undefined) return undefined;
      const { request, bodyBytes } = readHead(bytes.toString('latin1', 0, head));
      if (bytes.length < head + bodyBytes) return undefined;
      take(head);
      return { kind: 'request', request: { ...request, body: Buffer.from(take(bodyBytes)) } };
    },
  };
}

/** Length of the empty lines at the front, which are allowed between messages and ignored. */
function blankPrefix(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0x0d || bytes[at] === 0x0a) at += 1;
  return at;
}

/**
 * Length of the head with its empty line; undefined if it is not complete. Bytes that cannot be a head are refused
 * early, so that they are not collected.
 */
function headBytes(bytes: Buffer): number | undefined {
  const first = bytes[0]!;
  const isLetter = (first >= 0x41 && first <= 0x5a) || (first >= 0x61 && first <= 0x7a) || first === 0x5f;
  if (!isLetter) throw new ProtocolError(400, 'a request begins with a method');
  const window = bytes.subarray(0, MAX_HEAD_BYTES + 4);
  const crlf = window.indexOf('\r\n\r\n');
  const lf = window.indexOf('\n\n');
  const ends = [crlf < 0 ? Infinity : crlf + 4, lf < 0 ? Infinity : lf + 2];
  const end = Math.min(...ends);
  if (end <= MAX_HEAD_BYTES) return end;
  if (bytes.length > MAX_HEAD_BYTES) throw new ProtocolError(413, `more than ${MAX_HEAD_BYTES} bytes of headers`);
  return undefined;
}

function readHead(text: string): { request: Omit<Request, 'body'>; bodyBytes: number } {
  const [first = '', ...lines] = text.trimEnd().split(/\r?\n/);
  const match = /^([A-Za-z_][\w.-]{0,63}) (\S{1,2048}) ([A-Z]+)\/(\d+\.\d+)$/.exec(first.trimEnd());
  if (!match) throw new ProtocolError(400, 'not a request line');
  if (match[3] !== 'RTSP' || match[4] !== '1.0') throw new ProtocolError(505, 'only RTSP/1.0 is spoken here');
  const headers = readHeaders(lines);
  const length = headers.get('content-length') ?? '0';
  if (!/^\d{1,15}$/.test(length)) throw new ProtocolError(400, 'Content-Length is not a number');
  const bodyBytes = Number(length);
  if (bodyBytes > MAX_BODY_BYTES) throw new ProtocolError(413, `a body of more than ${MAX_BODY_BYTES} bytes`);
  return { request: { method: match[1]!, uri: match[2]!, headers }, bodyBytes };
}

function readHeaders(lines: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  let last = '';
  if (lines.length > MAX_HEADERS) throw new ProtocolError(413, `more than ${MAX_HEADERS} headers`);
  for (const line of lines) {
    const colon = line.indexOf(':');
    const isFolded = /^[ \t]/.test(line) && last !== '';
    if (!isFolded && colon < 1) throw new ProtocolError(400, 'a header without a colon');
    const name = isFolded ? last : line.slice(0, colon).trim().toLowerCase();
    const value = isFolded ? line.trim() : line.slice(colon + 1).trim();
    const before = headers.get(name);
    // A second Content-Length is refused, since it could hide a request in a body.
    if (before !== undefined && name === 'content-length') throw new ProtocolError(400, 'Content-Length twice');
    headers.set(name, before === undefined ? value : `${before}${isFolded ? ' ' : ', '}${value}`);
    last = name;
  }
  return headers;
}

/** A reply to a request. */
export interface Reply {
  status: number;
  headers?: Readonly<Record<string, string>>;
  body?: string;
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  453: 'Not Enough Bandwidth',
  454: 'Session Not Found',
  455: 'Method Not Valid in This State',
  459: 'Aggregate Operation Not Allowed',
  461: 'Unsupported Transport',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  503: 'Service Unavailable',
  505: 'RTSP Version Not Supported',
  551: 'Option not supported',
};

/** The text of a reply. `cseq` is repeated as it came; the caller has checked that it is a number. */
export function formatReply(reply: Reply, cseq: string | undefined): string {
  const body = reply.body ?? '';
  const lines = [
    `RTSP/1.0 ${reply.status} ${REASONS[reply.status] ?? 'Unknown'}`,
    ...(cseq === undefined ? [] : [`CSeq: ${cseq}`]),
    'Server: Amphi',
    ...Object.entries(reply.headers ?? {}).map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]/g, ' ')}`),
    ...(body ? [`Content-Length: ${Buffer.byteLength(body)}`] : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n${body}`;
}
