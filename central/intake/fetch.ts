import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { lookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { backoff } from '@amphi/lib/runtime/backoff.ts';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import { withoutPasswords } from '@amphi/lib/runtime/redact.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { NoRoom, sizeOf, type MediaStore, type Received, type Stored } from '../store/media-store.ts';

/** What is to be fetched, and what is known of it. */
export interface Wanted {
  url: string;
  sizeBytes?: number | undefined;
  checksum?: { type: string; value: string } | undefined;
}

export interface Fetched extends Received {
  fileName: string;
}

/** Fetches media from capture agents. */
export interface Fetcher {
  /**
   * Fetches a file, going on by ranges where a break cut it off, also in another life of the server. Whoever asks for
   * one that is being fetched waits for the same. Throws `BadRequest` if it may not be fetched, or is not what was said.
   */
  fetch(wanted: Wanted): Promise<Fetched>;
}

interface Settings {
  store: MediaStore;
  /** Addresses of registered agents: nothing else is asked. */
  addresses: () => Set<string>;
  log: Log;
  /** Waits between tries. */
  waitsMs?: readonly [number, ...number[]];
}

const WAITS_MS = [500, 2000, 5000, 10_000, 30_000] as const;
/** So many tries in a row that brought nothing. */
const MOST_VAIN_TRIES = 6;
const SILENCE_MS = 30_000;

export function openFetcher(settings: Settings): Fetcher {
  const running = new Map<string, Promise<Fetched>>();
  return {
    fetch(wanted) {
      const known = running.get(wanted.url);
      if (known) return known;
      const begun = fetchAll(settings, wanted).finally(() => running.delete(wanted.url));
      running.set(wanted.url, begun);
      return begun;
    },
  };
}

async function fetchAll(settings: Settings, wanted: Wanted): Promise<Fetched> {
  const { store, log } = settings;
  const url = urlIn(wanted.url);
  const partial = store.partial(`${wanted.url} ${wanted.sizeBytes ?? ''} ${wanted.checksum?.value ?? ''}`);
  const waits = backoff(settings.waitsMs ?? WAITS_MS);
  let vain = 0;
  let about: About = {};
  for (;;) {
    const before = await sizeOf(partial);
    try {
      about = await fetchRest(settings, url, partial, about);
      break;
    } catch (error) {
      if (error instanceof BadRequest || error instanceof NoRoom) throw error;
      vain = (await sizeOf(partial)) > before ? 0 : vain + 1;
      const why = error instanceof Error ? error.message : 'why is not known';
      log.warn({ url: withoutPasswords(wanted.url), have: await sizeOf(partial), why }, 'a fetch broke off');
      if (vain >= MOST_VAIN_TRIES) throw new BadRequest(`${withoutPasswords(wanted.url)} cannot be fetched: ${why}`);
      if (vain === 0) waits.reset();
      await sleep(waits.next());
    }
  }
  const stored = await check(partial, wanted);
  const temporary = `${partial}-whole-${crypto.randomUUID()}`;
  await rename(partial, temporary);
  return { ...stored, temporary, fileName: about.fileName ?? decodeURIComponent(url.pathname.split('/').at(-1) ?? '') };
}

/** What a server said of the file: its mark, so that parts of two are never put together. */
interface About {
  mark?: string | undefined;
  fileName?: string | undefined;
}

function urlIn(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new BadRequest('what is to be fetched must be a URL of http or https');
}

/** Asks for what is still missing, and appends it. Throws when it broke off. */
async function fetchRest(settings: Settings, url: URL, partial: string, about: About): Promise<About> {
  const address = await addressOf(url, settings.addresses());
  const have = await sizeOf(partial);
  const answer = await ask(url, address, have, about.mark);
  const { statusCode = 0, headers } = answer.response;
  const mark = headers.etag ?? headers['last-modified'];
  const fileName = /filename="([^"]+)"/.exec(headers['content-disposition'] ?? '')?.[1] ?? about.fileName;
  if (statusCode === 416 && have > 0) {
    answer.body.resume();
    const total = Number(/\/(\d+)$/.exec(headers['content-range'] ?? '')?.[1]);
    // All of it is here already, or it is another file now.
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
  // Also if it breaks off.
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
    flush: true,
  });
  try {
    await pipeline(body, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw new NoRoom('the disk of the server is full');
    throw error;
  }
  const why = cut();
  if (why) throw why;
}

interface Answer {
  response: IncomingMessage;
  /** It ends where the line was cut: what came before is written, and need not be sent again. */
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
    ...(url.username ? { auth: `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}` } : {}),
    // The very address that was looked at: a name may mean another a moment later.
    lookup: (_host, options, done) => {
      const family = isIP(address);
      if (options.all) done(null, [{ address, family }]);
      else done(null, address, family);
    },
  });
  request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)));
  request.on('response', (response) => resolve(answerOf(response)));
  request.on('error', reject);
  request.end();
  return promise;
}

/** The address of a URL, if a registered agent has it. */
async function addressOf({ hostname }: URL, allowed: Set<string>): Promise<string> {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const found = isIP(host) ? [{ address: host }] : await lookup(host, { all: true });
  const good = found
    .map(({ address }) => address)
    .find((address) => allowed.has(address) || allowed.has(`::ffff:${address}`));
  if (good !== undefined) return good;
  throw new BadRequest(`${host} is no registered agent: media are fetched from agents only`);
}

const HASHES: ReadonlyMap<string, string> = new Map([
  ['md5', 'md5'],
  ['sha1', 'sha1'],
  ['sha-1', 'sha1'],
  ['sha256', 'sha256'],
  ['sha-256', 'sha256'],
  ['sha512', 'sha512'],
]);

/** What was fetched must be what was said; else it is thrown away, and the next try begins anew. */
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
