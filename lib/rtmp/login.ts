/**
 * Logins of RTMP, as FFmpeg and Flash know them: what a server wants stands as a query behind the name of the application. It says so in
 * the refusal of a `connect`, twice: first which kind (`adobe` or `llnw`), then with what to reckon.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { commandOf, textsIn } from './amf.ts';
import { chunksOf, openChunkReader } from './chunks.ts';

/** Whom a server lets in. */
export interface RtmpAccount {
  /** As it stands in the address. */
  user: string;
  password: string;
}

/** Where a client connects. */
export interface RtmpApplication {
  app: string;
  tcUrl: string;
}

const HANDSHAKE_BYTES = 1536;
const CHUNK_BYTES = 128;
const COMMAND = 20;
/** Time for one answer of the server, and bytes in which it comes. */
const ANSWER_MS = 8000;
const MOST_BYTES = 64 << 10;
/** A refusal that says no more than the kind, and the one with what to reckon. */
const QUESTIONS = 2;

/**
 * The query that lets an account in: empty where the server asks for none. `dial` opens a connection. Rejects in words when the server
 * refuses user or password, cannot be reached or gives no answer.
 */
export async function loginQuery(place: RtmpApplication, account: RtmpAccount, dial: () => Socket): Promise<string> {
  let query = '';
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const refusal = await refusalOf(place, query, dial());
    if (refusal === undefined) return query;
    const kind = /authmod=(adobe|llnw)\b/.exec(refusal)?.[1];
    const why = refusedLogin(refusal);
    if (why !== undefined) throw new Error(why);
    // A refusal for another reason is told to FFmpeg, with the words of the server.
    if (kind === undefined) return query;
    const facts = /\?reason=needauth([^\s\]]*)/.exec(refusal)?.[1];
    if (facts !== undefined) return answerOf(kind, new Map(pairsOf(facts)), place.app, account);
    query = `?authmod=${kind}&user=${account.user}`;
  }
  throw new Error(REFUSED);
}

const REFUSED = '401 Unauthorized: the server refuses this user name or password';

const pairsOf = (query: string): [string, string][] =>
  query.split('&').map((part) => {
    const equals = part.indexOf('=');
    return equals < 0 ? [part, ''] : [part.slice(0, equals), part.slice(equals + 1)];
  });

const md5 = (text: string, encoding: 'hex' | 'base64'): string => createHash('md5').update(text).digest(encoding);

function answerOf(kind: string, facts: ReadonlyMap<string, string>, app: string, account: RtmpAccount): string {
  const user = facts.get('user') ?? account.user;
  const own = randomBytes(4).toString('hex');
  if (kind === 'llnw') return digestOf(facts.get('nonce') ?? '', own, app, account);
  const secret = md5(`${user}${facts.get('salt') ?? ''}${account.password}`, 'base64');
  const opaque = facts.get('opaque');
  const response = md5(`${secret}${opaque ?? facts.get('challenge') ?? ''}${own}`, 'base64');
  const shown = opaque === undefined ? '' : `&opaque=${opaque}`;
  return `?authmod=adobe&user=${user}&challenge=${own}&response=${response}${shown}`;
}

/** As HTTP's Digest with `qop=auth`; the realm is always `live`. */
function digestOf(nonce: string, own: string, app: string, { user, password }: RtmpAccount): string {
  const count = '00000001';
  const secret = md5(`${user}:live:${password}`, 'hex');
  const what = md5(`publish:/${app}${app.includes('/') ? '' : '/_definst_'}`, 'hex');
  const response = md5([secret, nonce, count, own, 'auth', what].join(':'), 'hex');
  return `?authmod=llnw&user=${user}&nonce=${nonce}&cnonce=${own}&nc=${count}&response=${response}`;
}

/** What a server says against a `connect`; undefined if it agrees. */
async function refusalOf({ app, tcUrl }: RtmpApplication, query: string, socket: Socket): Promise<string | undefined> {
  const payload = commandOf('connect', 1, [
    ['app', `${app}${query}`],
    ['type', 'nonprivate'],
    ['flashVer', 'FMLE/3.0 (compatible; Amphi)'],
    ['tcUrl', `${tcUrl}${query}`],
  ]);
  const connect = chunksOf({ chunkStream: 3, timestamp: 0, type: COMMAND, messageStream: 0, payload }, CHUNK_BYTES);
  const cut = setTimeout(() => socket.destroy(new Error('no answer to the login')), ANSWER_MS);
  try {
    socket.write(Buffer.concat([Buffer.from([3]), Buffer.alloc(8), randomBytes(HANDSHAKE_BYTES - 8)]));
    const read = openVerdict((opening) => void socket.write(Buffer.concat([opening, connect])));
    for await (const piece of socket as AsyncIterable<Buffer>) {
      const verdict = read(piece);
      if (verdict) return verdict.refusal;
    }
    throw new Error('the server ends the connection before the login');
  } finally {
    clearTimeout(cut);
    socket.destroy();
  }
}

/** What a server says to `connect`. */
export interface Verdict {
  /** Its words, if it refuses. */
  refusal?: string;
}

/** Why a login was refused, for people, by the words of the server; undefined if they say something else. */
export const refusedLogin = (words: string | undefined): string | undefined =>
  /\?reason=(?:authfailed|nosuchuser)/.test(words ?? '') ? REFUSED : undefined;

/**
 * Reads what a server sends until it has said something to `connect`. `onOpening` gets its part of the handshake, to be sent back. Throws
 * if the bytes are no RTMP, or more than such an answer has.
 */
export function openVerdict(onOpening?: (opening: Buffer) => void): (piece: Buffer) => Verdict | undefined {
  const reader = openChunkReader();
  let opening: Buffer | undefined = Buffer.alloc(0);
  let bytes = 0;
  return (piece) => {
    if ((bytes += piece.length) > MOST_BYTES) throw new Error('too long an answer to the login');
    let rest = piece;
    if (opening) {
      opening = Buffer.concat([opening, piece]);
      if (opening.length < 1 + 2 * HANDSHAKE_BYTES) return undefined;
      onOpening?.(opening.subarray(1, 1 + HANDSHAKE_BYTES));
      rest = opening.subarray(1 + 2 * HANDSHAKE_BYTES);
      opening = undefined;
    }
    for (const { type, payload } of reader.read(rest)) {
      const [name, ...texts] = type === COMMAND ? textsIn(payload) : [];
      if (name === '_result') return {};
      if (name === '_error') return { refusal: texts.join(' ') };
    }
    return undefined;
  };
}
