import axios, { type AxiosProgressEvent, type AxiosResponse } from 'axios';
import { transportWithin } from './connect-limit.ts';
import { HttpError, httpErrorOf } from './http-error.ts';
import { redirectOf } from './redirects.ts';

/** Bytes that a request has sent, or received, so far. */
export interface HttpProgress {
  direction: 'sent' | 'received';
  bytes: number;
  /** Bytes in all; undefined if the other side has not said it. */
  totalBytes: number | undefined;
}

/** A request with its limits. */
export interface HttpRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Readonly<Record<string, string>>;
  body?: Buffer | URLSearchParams | FormData | undefined;
  /** Time for the whole request with its redirects, in milliseconds; after it, it rejects with `too late`. */
  limitMs: number;
  /** Time for the connection to be made, in milliseconds (15 seconds). */
  connectMs?: number;
  /** Bytes of the answer, unpacked; a longer one rejects with `too large`. */
  mostBytes?: number;
  /** Ends the request, which rejects with `cancelled`. */
  signal?: AbortSignal | undefined;
  /** Called several times a second while bytes flow in either direction. */
  onProgress?: ((progress: HttpProgress) => void) | undefined;
}

/** An answer, whatever its status. */
export interface HttpAnswer {
  status: number;
  /** Headers by their names in lower case. */
  headers: ReadonlyMap<string, string>;
  body: Buffer;
}

const CONNECT_MS = 15_000;
/**
 * Bytes of an answer, if the request sets no other limit; a longer one rejects. An API's answer has a few kilobytes,
 * the list of a semester a few megabytes.
 */
const MOST_BYTES = 64 << 20;
/** Number of redirects of one request; a further one rejects, since the server sends it round in a circle. */
const MOST_REDIRECTS = 5;

/**
 * Sends a request and reads its whole answer, whatever its status. Rejects with HttpError alone, when there is no
 * answer.
 */
export async function sendRequest(request: HttpRequest): Promise<HttpAnswer> {
  const late = AbortSignal.timeout(request.limitMs);
  const signal = request.signal ? AbortSignal.any([request.signal, late]) : late;
  let { method, url, body }: { method: string; url: string; body?: HttpRequest['body'] } = request;
  for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
    const answer = await sendOnce({ ...request, url, body }, method, signal).catch((error: unknown) => {
      throw errorOf(request, error, late);
    });
    const redirect = redirectOf(answer.status, answer.headers.get('location'), { method, url });
    if (!redirect) return answer;
    ({ method, url } = redirect);
    if (!redirect.withBody) body = undefined;
  }
  throw new HttpError('elsewhere', `${placeOf(request.url)}: it redirects in a circle`);
}

async function sendOnce(request: HttpRequest, method: string, signal: AbortSignal): Promise<HttpAnswer> {
  const { url, headers = {}, body, onProgress, mostBytes = MOST_BYTES, connectMs = CONNECT_MS } = request;
  const tell = (direction: HttpProgress['direction']) => (event: AxiosProgressEvent) =>
    onProgress?.({ direction, bytes: event.loaded, totalBytes: event.total });
  const answer: AxiosResponse<Buffer> = await axios.request({
    method,
    url,
    headers,
    data: body,
    signal,
    responseType: 'arraybuffer',
    // Redirects are followed by this module alone, which checks each.
    maxRedirects: 0,
    maxContentLength: mostBytes,
    maxBodyLength: Infinity,
    validateStatus: () => true,
    transport: transportWithin(connectMs, url.startsWith('https:')),
    ...(onProgress ? { onUploadProgress: tell('sent'), onDownloadProgress: tell('received') } : {}),
  });
  const told = Object.entries(answer.headers).map(([name, value]): [string, string] => [
    name.toLowerCase(),
    String(value),
  ]);
  return { status: answer.status, headers: new Map(told), body: Buffer.from(answer.data) };
}

function errorOf({ url, signal, limitMs }: HttpRequest, error: unknown, late: AbortSignal): HttpError {
  const place = placeOf(url);
  if (signal?.aborted) return new HttpError('cancelled', `${place}: it was given up`);
  if (late.aborted) return new HttpError('too late', `${place}: no answer within ${Math.ceil(limitMs / 1000)} s`);
  const found = httpErrorOf(place, error);
  const proxy = found.kind === 'unreachable' ? proxyVariable(url) : undefined;
  return proxy === undefined ? found : new HttpError(found.kind, `${found.message} (${proxy} is set)`, found.code);
}

const placeOf = (url: string): string => (URL.canParse(url) ? new URL(url).origin : url);

/** The environment variable that names a proxy for this address; undefined if none does. */
function proxyVariable(url: string): string | undefined {
  const scheme = url.startsWith('https:') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return [scheme, scheme.toLowerCase(), 'ALL_PROXY', 'all_proxy'].find((name) => process.env[name]);
}
