/**
 * Logins of RTMP, as FFmpeg and Flash know them: the answer to the server's question is a query after the name of the
 * application. The server asks by refusing `connect` twice: first with the kind of login (`adobe` or `llnw`), then with
 * the values from which the answer is calculated.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { commandOf, textsIn } from './amf.ts';
import { chunksOf, openChunkReader } from './chunks.ts';

/** The user and password for a server. */
export interface RtmpAccount {
  /** The user name as it is written in the address. */
  user: string;
  password: string;
}

/** The application that a client connects to. */
export interface RtmpApplication {
  app: string;
  tcUrl: string;
}

const HANDSHAKE_BYTES = 1536;
const CHUNK_BYTES = 128;
const COMMAND = 20;
/** Time for one answer of the server, in milliseconds, and its size in bytes; beyond either, the login fails. */
const ANSWER_MS = 8000;
const MOST_BYTES = 64 << 10;
/**
 * Number of refusals that are answered: the one with the kind of login, and the one with the values. After that the
 * login has failed.
 */
const QUESTIONS = 2;

/**
 * Gives the query that logs an account in; it is empty if the server asks for none. `dial` opens a connection. Rejects,
 * in words, when the server refuses user or password, cannot be reached or gives no answer.
 */
export async function loginQuery(place: RtmpApplication, account: RtmpAccount, dial: () => Socket): Promise<string> {
  let query = '';
  for (let asked = 0; asked < QUESTIONS; asked += 1) {
    const refusal = await refusalOf(place, query, dial());
    if (refusal === undefined) return query;
    const kind = /authmod=(adobe|llnw)\b/.exec(refusal)?.[1];
    const why = refusedLogin(refusal);
    if (why !== undefined) throw new Error(why);
    // A refusal for another reason is left to FFmpeg, which gets the same one with the server's words.
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

/** The login's query for `llnw`: HTTP's Digest with `qop=auth` and the realm `live`. */
function digestOf(nonce: string, own: string, app: string, { user, password }: RtmpAccount): string {
  const count = '00000001';
  const secret = md5(`${user}:live:${password}`, 'hex');
  const what = md5(`publish:/${app}${app.includes('/') ? '' : '/_definst_'}`, 'hex');
  const response = md5([secret, nonce, count, own, 'auth', what].join(':'), 'hex');
  return `?authmod=llnw&user=${user}&nonce=${nonce}&cnonce=${own}&nc=${count}&response=${response}`;
}

/** The server's words against a `connect`; undefined if it accepts. */
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

/** The server's answer to `connect`. */
export interface Verdict {
  /** The server's words, if it refuses. */
  refusal?: string;
}

/**
 * The reason why a login was refused, in words for people, by the words of the server; undefined if those say something
 * else.
 */
export const refusedLogin = (words: string | undefined): string | undefined =>
  /\?reason=(?:authfailed|nosuchuser)/.test(words ?? '') ? REFUSED : undefined;

/**
 * Opens a reader that reads what a server sends until it has answered `connect`. `onOpening` gets the server's part of
 * the handshake, which is to be sent back. The reader throws if the bytes are not RTMP, or more than such an answer
 * has.
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
