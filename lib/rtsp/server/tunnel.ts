/**
 * RTSP in HTTP, for players behind a proxy. The replies and the media are the answer to a GET, the requests are the
 * body (in base64) of a POST on another connection; a cookie made by the client ties the two together.
 */

/** The head of one of the two HTTP requests of a tunnel. */
export interface TunnelHead {
  half: 'GET' | 'POST';
  cookie: string;
  /** Bytes after the head. */
  rest: Buffer;
}

const MOST_HEAD_BYTES = 4096;
const MOST_COOKIE = 256;

/**
 * Reads the beginning of a connection: the head of a tunnel's half; `more` if it may become one; undefined if it is
 * none.
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

/** The answer to the GET; RTSP replies and frames follow it. */
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

/** Opens a decoder of base64 that arrives in pieces; each request in it may end with its own padding. */
export function openBase64(): (chunk: Buffer) => Buffer {
  let rest = '';
  return (chunk) => {
    const text = rest + chunk.toString('latin1').replaceAll(/[^\w+/=-]/g, '');
    const whole = text.length - (text.length % 4);
    rest = text.slice(whole);
    return Buffer.concat((text.slice(0, whole).match(/[^=]+={0,2}/g) ?? []).map((part) => Buffer.from(part, 'base64')));
  };
}
