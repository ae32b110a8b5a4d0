/**
 * RTSP in HTTP, for players behind a proxy: the replies and the media come as the answer to a GET, the requests go in base64 as
 * the body of a POST on another connection, and a cookie of the client's own says that they belong together.
 */

/** The two halves that may come as HTTP. */
export interface TunnelHead {
  half: 'GET' | 'POST';
  cookie: string;
  /** Bytes after the head. */
  rest: Buffer;
}

const MOST_HEAD_BYTES = 4096;
const MOST_COOKIE = 256;

/**
 * Reads the beginning of a connection: the head of a tunnel's half; `more` if it may become one; undefined if it is none.
 */
export function tunnelHead(bytes: Buffer): TunnelHead | 'more' | undefined {
  const begin = bytes.toString('latin1', 0, 5);
  if (!['GET ', 'POST '].some((method) => method.startsWith(begin) || begin.startsWith(method))) return undefined;
  const end = bytes.subarray(0, MOST_HEAD_BYTES).indexOf('\r\n\r\n');
  if (end < 0) return bytes.length < MOST_HEAD_BYTES ? 'more' : undefined;
  const head = bytes.toString('latin1', 0, end);
  const half = /^(GET|POST) \S+ HTTP\/1\.[01]\r\n/.exec(head)?.[1];
  const cookie = /^x-sessioncookie:[ \t]*(\S+)[ \t]*$/im.exec(head)?.[1];
  if (!half || !cookie || cookie.length > MOST_COOKIE) return undefined;
  return { half: half as TunnelHead['half'], cookie, rest: bytes.subarray(end + 4) };
}

/** The answer to the GET; what follows it are RTSP replies and frames. */
export const TUNNEL_ANSWER = [
  'HTTP/1.0 200 OK',
  'Server: Amphi',
  'Connection: close',
  'Cache-Control: no-store',
  'Pragma: no-cache',
  'Content-Type: application/x-rtsp-tunnelled',
  '',
  '',
].join('\r\n');

/** Reads base64 as it comes; each request may end with padding of its own. */
export function openBase64(): (chunk: Buffer) => Buffer {
  let rest = '';
  return (chunk) => {
    const text = rest + chunk.toString('latin1').replaceAll(/[^\w+/=-]/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    return Buffer.concat((text.slice(0, whole).match(/[^=]+={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64')));
  };
}
