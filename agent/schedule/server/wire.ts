import { createReadStream, read } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { getCACertificates, TLSSocket } from 'node:tls';
import { promisify } from 'node:util';
import { written } from '#lib/runtime/processes/written.ts';
import { dropBody, saveBody, textOfBody } from './answer-body.ts';

/**
 * Sends HTTP requests to a server that may be slow, away or hostile: limited in time and size, without following
 * redirections.
 */

/** A request. */
export interface WireRequest {
  method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  url: string;
  headers?: Record<string, string>;
  body?: WireBody;
  /** Milliseconds from the last byte sent to the first byte of the answer; then the request fails. */
  answerMs?: number;
  signal?: AbortSignal;
}

/** The body of a request. */
export interface WireBody {
  type: string;
  bytes: number;
  /** Gives the body from its beginning, at each call. */
  chunks(): AsyncIterable<Uint8Array>;
  /**
   * The piece of an open file that is the body; then `chunks` is not called, and the file is read where it is sent from.
   * The file must stay open until the request has ended.
   */
  piece?: FilePiece;
  /** Called after each piece that the connection took. */
  onSent?(bytes: number): void;
  /** Resolves when so many bytes may be sent. */
  pace?(bytes: number): Promise<void>;
}

/** A piece of an open file of this process. */
export interface FilePiece {
  fd: number;
  from: number;
}

/** The head of an answer. */
export interface WireHead {
  status: number;
  headers: IncomingMessage['headers'];
  /** The values of all `WWW-Authenticate` lines. */
  challenges: string[];
}

/** An answer. Its body is taken once, in one of three ways. */
export interface WireAnswer extends WireHead {
  /**
   * The whole body. Rejects with a WireError if it breaks off, has more than `limit` bytes (256 KiB), or does not come
   * in time.
   */
  text(limit?: number): Promise<string>;
  /** Writes the whole body into a file. Rejects if it cannot be written, and in the same cases as `text`. */
  save(file: string, maxBytes: number): Promise<void>;
  /** Discards the body. */
  drop(): void;
}

/** An error: the server was not reached, or the connection ended before an answer. */
export class WireError extends Error {
  /** Whether the whole request was sent, so that the server may have carried it out. */
  readonly sent: boolean;
  constructor(text: string, sent: boolean) {
    super(text);
    this.sent = sent;
  }
}

/** Settings of connections. */
export interface WireSettings {
  /** Certificate of an authority (PEM) that is trusted besides those of the machine. */
  ca?: string;
  /** URL of a proxy: `http://proxy:3128`. */
  proxy?: string;
}

/** Sends HTTP requests with the same settings. */
export interface Wire {
  /**
   * Sends a request. Resolves with the head of the answer, whose body must be taken or dropped. Rejects with a
   * WireError.
   */
  send(request: WireRequest): Promise<WireAnswer>;
  close(): void;
}

/** Time in ms in which a connection must be made; then the request fails. */
const CONNECT_MS = 20_000;
/** Time in ms for which a connection may pass no bytes; then the request fails. */
const STALL_MS = 60_000;
/** Time in ms from the last byte sent to the first byte of the answer, if the request does not set another. */
const ANSWER_MS = 60_000;
/** Time in ms to wait for "100 Continue"; then a large body is sent anyway, as curl does. */
const CONTINUE_MS = 1000;
/** Bytes of a body above which "100 Continue" is waited for. */
const LARGE_BYTES = 1 << 20;

/** Opens a wire; nothing is sent yet. */
export function openWire({ ca, proxy }: WireSettings): Wire {
  const common = {
    // Connections are not kept open: on one that the server closed meanwhile, it would be unknown whether a request was
    // carried out.
    keepAlive: false,
    ...(proxy ? { proxyEnv: { HTTP_PROXY: proxy, HTTPS_PROXY: proxy } } : {}),
  };
  const http = new HttpAgent(common);
  const https = new HttpsAgent({
    ...common,
    ...(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] }),
  });
  return {
    send: (request) => send(request, { http, https }),
    close() {
      http.destroy();
      https.destroy();
    },
  };
}

const send = (asked: WireRequest, agents: { http: HttpAgent; https: HttpsAgent }): Promise<WireAnswer> =>
  new Promise((resolve, reject) => {
    const { method, url, headers = {}, body, signal } = asked;
    const secure = new URL(url).protocol === 'https:';
    const length = body ? { 'content-type': body.type, 'content-length': String(body.bytes) } : emptyLength(method);
    const expect = body && body.bytes > LARGE_BYTES ? { expect: '100-continue' } : {};
    const options = {
      method,
      headers: { 'user-agent': 'Amphi', accept: '*/*', ...headers, ...length, ...expect },
      ...(signal ? { signal } : {}),
    };
    const request = secure
      ? httpsRequest(url, { ...options, agent: agents.https })
      : httpRequest(url, { ...options, agent: agents.http });
    const exchange = openExchange(request, asked, resolve, reject);
    if (!body) return exchange.end();
    if (!expect.expect) return void exchange.pour(body);
    const go = setTimeout(() => void exchange.pour(body), CONTINUE_MS);
    request.once('continue', () => {
      clearTimeout(go);
      void exchange.pour(body);
    });
    request.once('response', () => clearTimeout(go));
    request.once('close', () => clearTimeout(go));
    request.flushHeaders();
  });

/** Headers that say that there is no body, for methods that usually have one. */
const emptyLength = (method: string): Record<string, string> =>
  method === 'POST' || method === 'PUT' ? { 'content-length': '0' } : {};

function openExchange(
  request: ClientRequest,
  { answerMs = ANSWER_MS, url }: WireRequest,
  resolve: (answer: WireAnswer) => void,
  reject: (error: WireError) => void,
): { end(): void; pour(body: WireBody): Promise<void> } {
  let isConnected = false;
  let sent = false;
  let answered = false;
  let timer: NodeJS.Timeout | undefined;
  const wait = (ms: number, why: string): void => {
    clearTimeout(timer);
    timer = setTimeout(() => request.destroy(new Error(why)), ms);
  };
  /** Starts the time limit anew, since bytes were sent or came. */
  const goesOn = (): void => {
    if (!isConnected || answered) return;
    if (sent) wait(answerMs, `no answer within ${answerMs / 1000} s`);
    else wait(STALL_MS, `it takes nothing for ${STALL_MS / 1000} s`);
  };
  wait(CONNECT_MS, `no connection within ${CONNECT_MS / 1000} s`);
  request.once('socket', (socket) => {
    const connected = (): void => {
      isConnected = true;
      goesOn();
    };
    if (!socket.connecting) connected();
    else socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', connected);
    socket.setKeepAlive(true, 30_000);
  });
  request.on('error', (error: NodeJS.ErrnoException) =>
    reject(new WireError(wordsOf(error, url), sent && isConnected)),
  );
  request.on('close', () => {
    clearTimeout(timer);
    reject(new WireError('the connection was closed without an answer', sent && isConnected));
  });
  request.once('response', (response) => {
    answered = true;
    clearTimeout(timer);
    response.setTimeout(STALL_MS, () => response.destroy(new Error(`the answer stops for ${STALL_MS / 1000} s`)));
    resolve(answerOf(response));
  });
  const end = (): void => {
    sent = true;
    request.end();
    goesOn();
  };
  const pour = async (body: WireBody): Promise<void> => {
    try {
      for await (const chunk of body.piece ? pieceChunks(body.piece, body.bytes) : body.chunks()) {
        await body.pace?.(chunk.byteLength);
        if (request.destroyed || answered) return;
        goesOn();
        await written(request, chunk);
        body.onSent?.(chunk.byteLength);
      }
      end();
    } catch (error) {
      request.destroy(error as Error);
    }
  };
  return { end, pour };
}

/**
 * Bytes of an answer that is a text; a longer one is refused. What an Opencast says of one event has some ten thousand.
 */
export const TEXT_BYTES = 256 << 10;

function answerOf(response: IncomingMessage): WireAnswer {
  const { statusCode = 0, headers, headersDistinct } = response;
  return {
    status: statusCode,
    headers,
    challenges: headersDistinct['www-authenticate'] ?? [],
    text: (limit = TEXT_BYTES) => textOfBody(response, limit).catch(failedLate),
    save: (file, maxBytes) => saveBody(response, file, maxBytes),
    drop: () => dropBody(response),
  };
}

function failedLate(error: unknown): never {
  throw new WireError(error instanceof Error ? error.message : String(error), true);
}

const WORDS: Record<string, string> = {
  ENOTFOUND: 'its name is not known to the name server',
  EAI_AGAIN: 'the name server does not answer',
  ECONNREFUSED: 'nobody listens there',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ETIMEDOUT: 'it does not answer',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no network',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: give its authority in caFile',
  SELF_SIGNED_CERT_IN_CHAIN: 'nobody here knows who signed its certificate: give the authority in caFile',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'nobody here knows who signed its certificate: give the authority in caFile',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'nobody here knows who signed its certificate: give the authority in caFile',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

function wordsOf(error: NodeJS.ErrnoException, url: string): string {
  const { host } = new URL(url);
  if (error.name === 'AbortError') return `${host}: given up`;
  return `${host}: ${WORDS[error.code ?? ''] ?? error.message}`;
}

const readAt = promisify(read);
/** Bytes that are read of a piece at once. */
const READ_BYTES = 64 << 10;

/**
 * The bytes of a piece of an open file; throws if there are fewer. The file stays open: a stream of Node would close it
 * when it is given up.
 */
export async function* pieceChunks({ fd, from }: FilePiece, bytes: number): AsyncGenerator<Uint8Array> {
  for (let given = 0; given < bytes;) {
    const length = Math.min(READ_BYTES, bytes - given);
    const { bytesRead, buffer } = await readAt(fd, Buffer.alloc(length), 0, length, from + given);
    if (bytesRead === 0) throw new Error(`the file has ${given} of the ${bytes} bytes that it had`);
    given += bytesRead;
    yield buffer.subarray(0, bytesRead);
  }
}

/** The bytes of a file in pieces; throws if there are not exactly `bytes` of them. */
export async function* fileChunks(path: string, bytes: number): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 64 << 10 })) {
    given += (chunk as Buffer).byteLength;
    if (given > bytes) break;
    yield chunk as Buffer;
  }
  if (given !== bytes) throw new Error(`${path} has not the ${bytes} bytes that it had`);
}
