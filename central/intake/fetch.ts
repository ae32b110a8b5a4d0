import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { pinnedTo } from '@amphi/lib/runtime/addresses.ts';
import { syncPath } from '@amphi/lib/runtime/files.ts';
import { backoff } from '@amphi/lib/runtime/backoff.ts';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';
import { withoutPasswords } from '@amphi/lib/runtime/redact.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { isFull, NoRoom, sizeOf, type MediaStore, type Received, type Stored } from '../store/media-store.ts';
import { addressOf, type FetchHosts } from './fetch-hosts.ts';
import { dispositionName } from './file-names.ts';

/** File to be fetched, and what is known about it. */
export interface Wanted {
  url: string;
  sizeBytes?: number | undefined;
  checksum?: { type: string; value: string } | undefined;
}

/** File that was fetched. */
export interface Fetched extends Received {
  fileName: string;
}

/** Fetches media from capture agents. */
export interface Fetcher {
  /**
   * Fetches a file. After a break it goes on where it stopped, even if the server was restarted in between. Callers who
   * ask for a file that is being fetched wait for the same transfer. Throws `BadRequest` if it may not be fetched, or
   * differs from its announced size or checksum.
   */
  fetch(wanted: Wanted): Promise<Fetched>;
}

interface Settings {
  store: MediaStore;
  hosts: FetchHosts;
  log: Log;
  /** Pauses between tries, in ms. */
  waitsMs?: readonly [number, ...number[]];
}

/** Pauses in ms between tries of a fetch, the last one repeated. */
const WAITS_MS = [500, 2000, 5000, 10_000, 30_000] as const;
/** Tries in a row that bring no new bytes; after these the fetch is given up. */
const MOST_VAIN_TRIES = 6;
/** Time in ms without a byte from an agent; beyond it the try has failed. */
const SILENCE_MS = 30_000;

/** Opens a fetcher. */
export function openFetcher(settings: Settings): Fetcher {
  const running = new Map<string, Running>();
  const { store } = settings;
  const begin = (key: string, wanted: Wanted): Running => {
    const one: Running = { file: fetchAll(settings, wanted, key).finally(() => running.delete(key)), waiting: 0 };
    running.set(key, one);
    return one;
  };
  return {
    async fetch(wanted) {
      const key = `${wanted.url} ${wanted.sizeBytes ?? ''} ${wanted.checksum?.value ?? ''}`;
      const begun = running.get(key) ?? begin(key, wanted);
      begun.waiting += 1;
      try {
        const { whole, ...got } = await begun.file;
        // A copy for each caller: every one of them discards its own file.
        return { ...got, temporary: await store.copyOf(whole) };
      } finally {
        begun.waiting -= 1;
        if (begun.waiting === 0) await begun.file.then(({ whole }) => store.discard(whole)).catch(() => undefined);
      }
    },
  };
}

/** File that is being fetched, and how many callers wait for it. */
interface Running {
  file: Promise<Whole>;
  waiting: number;
}

/** Complete file, kept until every waiting caller has a copy. */
interface Whole extends Stored {
  fileName: string;
  /** Path of the file. */
  whole: string;
}

async function fetchAll(settings: Settings, wanted: Wanted, key: string): Promise<Whole> {
  const url = urlIn(wanted.url);
  const partial = settings.store.partial(key);
  try {
    const about = await fetchWhole(settings, wanted, url, partial);
    const stored = await check(partial, wanted);
    const whole = await settings.store.wholeOf(partial);
    const fileName = about.fileName ?? percentDecoded(url.pathname.split('/').at(-1) ?? '');
    return { ...stored, whole, fileName };
  } catch (error) {
    // A partial file that fills the disk is removed; any other is kept for a week, since the fetch may go on later.
    if (error instanceof NoRoom) await rm(partial, { force: true });
    throw error;
  }
}

/**
 * Tries until the file is complete; each try goes on where the last one stopped. Throws `BadRequest` when too many
 * tries in a row bring nothing.
 */
async function fetchWhole(settings: Settings, wanted: Wanted, url: URL, partial: string): Promise<About> {
  const waits = backoff(settings.waitsMs ?? WAITS_MS);
  let vain = 0;
  let about: About = {};
  for (;;) {
    const before = await sizeOf(partial);
    try {
      about = await fetchRest(settings, url, partial, about);
      return about;
    } catch (error) {
      if (error instanceof BadRequest || error instanceof NoRoom) throw error;
      const have = await sizeOf(partial);
      vain = have > before ? 0 : vain + 1;
      const why = error instanceof Error ? error.message : 'why is not known';
      settings.log.warn({ url: withoutPasswords(wanted.url), have, why }, 'a fetch broke off');
      if (vain >= MOST_VAIN_TRIES) throw new BadRequest(`${withoutPasswords(wanted.url)} cannot be fetched: ${why}`);
      if (vain === 0) waits.reset();
      await sleep(waits.next());
    }
  }
}

/**
 * Facts that a server gives about a file. Its mark (ETag or time) makes sure that parts of two different files are
 * never joined.
 */
interface About {
  mark?: string | undefined;
  fileName?: string | undefined;
}

function urlIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new BadRequest('what is to be fetched must be a URL of http or https');
}

/** Requests the missing rest of a file and appends it. Throws if the transfer breaks off. */
async function fetchRest(settings: Settings, url: URL, partial: string, about: About): Promise<About> {
  const address = await addressOf(url, settings.hosts);
  const have = await sizeOf(partial);
  const answer = await ask(url, address, have, about.mark);
  const { statusCode = 0, headers } = answer.response;
  const mark = headers.etag ?? headers['last-modified'];
  const fileName = dispositionName(headers['content-disposition']) ?? about.fileName;
  if (statusCode === 416 && have > 0) {
    answer.body.resume();
    const total = Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
    // Status 416: the file is already complete, or it is another file now.
    if (total === have) return { ...about, fileName };
    await rm(partial, { force: true });
    throw new Error('the file is shorter than before');
  }
  if (statusCode !== 200 && statusCode !== 206) {
    answer.body.resume();
    const text = `the agent answers ${statusCode}`;
    throw statusCode >= 400 && statusCode < 500 && statusCode !== 408 && statusCode !== 429
      ? new BadRequest(text)
      : new Error(text);
  }
  const from = statusCode === 206 ? Number(/^bytes (\d+)-/.exec(headers['content-range'] ?? '')?.[1]) : 0;
  if (from !== 0 && from !== have) throw new Error('the agent sends another range than was asked for');
  // Facts are kept even if the transfer breaks off later.
  about.mark = mark;
  about.fileName = fileName;
  await append(settings.store, answer, partial, from);
  return { mark, fileName };
}

async function append(
  store: MediaStore,
  { response, body, cut }: Answer,
  partial: string,
  from: number,
): Promise<void> {
  await store.checkRoom(Number(response.headers['content-length'] ?? 0));
  const file = createWriteStream(partial, {
    flags: from === 0 ? 'w' : 'r+',
    start: from,
    mode: 0o640,
    highWaterMark: 4 << 20,
  });
  try {
    await pipeline(body, (chunks: AsyncIterable<Buffer>) => withRoom(store, chunks), file);
    await syncPath(partial);
  } catch (error) {
    if (isFull(error)) throw new NoRoom('the disk of the server is full');
    throw error;
  }
  const why = cut();
  if (why) throw why;
}

/** Bytes after which the free space is checked again: an answer of unknown length cannot fill the disk. */
const ROOM_EVERY_BYTES = 16 << 20;

async function* withRoom(store: MediaStore, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    yield chunk;
    if (bytes < ROOM_EVERY_BYTES) continue;
    bytes = 0;
    await store.checkRoom();
  }
}

interface Answer {
  response: IncomingMessage;
  /**
   * Body of the answer; it ends where the connection broke: the bytes before are written, and need not be sent again.
   */
  body: PassThrough;
  cut: () => Error | undefined;
}

function answerOf(response: IncomingMessage): Answer {
  const body = new PassThrough();
  let cut: Error | undefined;
  response.on('error', (error) => {
    cut = error;
    body.end();
  });
  body.on('close', () => response.destroy());
  response.pipe(body);
  return { response, body, cut: () => cut };
}

function ask(url: URL, address: string, from: number, mark: string | undefined): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    headers: {
      'accept-encoding': 'identity',
      ...(from > 0 ? { range: `bytes=${from}-` } : {}),
      ...(from > 0 && mark && !mark.startsWith('W/') ? { 'if-range': mark } : {}),
    },
    ...(url.username ? { auth: `${percentDecoded(url.username)}:${percentDecoded(url.password)}` } : {}),
    lookup: pinnedTo(address),
  });
  request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)));
  request.on('response', (response) => resolve(answerOf(response)));
  request.on('error', reject);
  request.end();
  return promise;
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha-1', 'sha1'],
  ['sha256', 'sha256'],
  ['sha-256', 'sha256'],
  ['sha512', 'sha512'],
]);

/**
 * Checks a fetched file against its announced size and checksum; if it differs it is removed, and the next try begins
 * anew.
 */
async function check(partial: string, { url, sizeBytes, checksum }: Wanted): Promise<Stored> {
  const kind = HASHES.get(checksum?.type.toLowerCase() ?? '');
  const hashes = [...new Set(['md5', ...(kind ? [kind] : [])])].map((name) => ({ name, hash: createHash(name) }));
  let bytes = 0;
  for await (const chunk of createReadStream(partial, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    for (const { hash } of hashes) hash.update(chunk);
  }
  const digests = Object.fromEntries(hashes.map(({ name, hash }) => [name, hash.digest('hex')]));
  const wrong =
    sizeBytes !== undefined && sizeBytes !== bytes
      ? `it has ${bytes} bytes, not ${sizeBytes}`
      : kind && checksum && digests[kind] !== checksum.value.trim().toLowerCase()
        ? `its ${kind} is ${digests[kind]}, not ${checksum.value}`
        : undefined;
  if (wrong === undefined) return { sizeBytes: bytes, md5: digests['md5'] ?? '' };
  await rm(partial, { force: true });
  throw new BadRequest(`${withoutPasswords(url)} was fetched, but ${wrong}`);
}
