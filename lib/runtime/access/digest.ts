/** Digest authentication of HTTP (RFC 2617, RFC 7616), which RTSP uses too: pure functions for both sides. */
import { createHash, timingSafeEqual } from 'node:crypto';

/** A user with a password. */
export interface Credentials {
  user: string;
  password: string;
}

type Hash = 'MD5' | 'SHA-256';

/** A server's demand for a login. */
export interface Challenge {
  scheme: 'digest' | 'basic';
  realm: string;
  nonce: string;
  opaque?: string;
  /**
   * Quality of protection: `auth` if the server offers it; `auth-int`, which includes the body, if it offers only that.
   */
  qop?: 'auth' | 'auth-int';
  algorithm: Hash;
  /** Set for `MD5-sess` and `SHA-256-sess`: both nonces are part of the secret too. */
  session?: true;
  stale: boolean;
}

/** The contents of `Authorization: Digest …`. */
export interface Answer {
  user: string;
  realm: string;
  nonce: string;
  uri: string;
  response: string;
  algorithm: Hash;
  session?: true;
  qop?: 'auth' | 'auth-int';
  nc?: string;
  cnonce?: string;
}

const MAX_HEADER_CHARACTERS = 4096;

/** Reads a `WWW-Authenticate` value; undefined if it is not a challenge that can be answered. */
export function parseChallenge(header: string): Challenge | undefined {
  const [scheme, fields] = split(header);
  if (scheme !== 'digest' && scheme !== 'basic') return undefined;
  const named = fields.get('algorithm') ?? 'MD5';
  const session = /-sess$/i.test(named);
  const algorithm = algorithmOf(named.replace(/-sess$/i, ''));
  if (!algorithm) return undefined;
  const opaque = fields.get('opaque');
  const offered = (fields.get('qop') ?? '').split(',').map((word) => word.trim().toLowerCase());
  const qop = (['auth', 'auth-int'] as const).find((one) => offered.includes(one));
  return {
    scheme,
    realm: fields.get('realm') ?? '',
    nonce: fields.get('nonce') ?? '',
    ...(opaque === undefined ? {} : { opaque }),
    ...(qop ? { qop } : {}),
    algorithm,
    ...(session ? { session } : {}),
    stale: fields.get('stale')?.toLowerCase() === 'true',
  };
}

/** All challenges of a `WWW-Authenticate` value that can be answered, since servers may write several into one. */
export const parseChallenges = (header: string): Challenge[] =>
  header
    .slice(0, MAX_HEADER_CHARACTERS)
    .split(/,\s*(?=[A-Za-z]+\s+[\w-]+\s*=)/)
    .flatMap((one) => parseChallenge(one) ?? []);

/** The `WWW-Authenticate` value of a server: MD5 without qop, which all players support. */
export function formatChallenge(realm: string, nonce: string, stale: boolean): string {
  return `Digest realm="${quotable(realm)}", nonce="${nonce}", algorithm=MD5${stale ? ', stale=true' : ''}`;
}

/** The `Authorization` value for a request. `cnonce` and `nc` are used if the challenge offers qop=auth. */
export function answerChallenge(
  challenge: Challenge,
  credentials: Credentials,
  request: { method: string; uri: string; body?: Uint8Array; cnonce?: string; nc?: string },
): string {
  const { user, password } = credentials;
  if (challenge.scheme === 'basic') return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const answer: Answer = {
    user,
    realm: challenge.realm,
    nonce: challenge.nonce,
    uri: request.uri,
    response: '',
    algorithm: challenge.algorithm,
    ...(challenge.session ? { session: true, cnonce: request.cnonce ?? '' } : {}),
    ...(challenge.qop ? { qop: challenge.qop, nc: request.nc ?? '00000001', cnonce: request.cnonce ?? '' } : {}),
  };
  const algorithm = `${challenge.algorithm}${challenge.session ? '-sess' : ''}`;
  const extra = [
    challenge.opaque === undefined ? '' : `, opaque="${challenge.opaque}"`,
    algorithm === 'MD5' ? '' : `, algorithm=${algorithm}`,
    answer.qop ? `, qop=${answer.qop}, nc=${answer.nc}` : '',
    answer.cnonce === undefined ? '' : `, cnonce="${answer.cnonce}"`,
  ].join('');
  const response = responseOf(answer, credentials, request);
  return `Digest username="${quotable(user)}", realm="${quotable(challenge.realm)}", nonce="${challenge.nonce}", uri="${request.uri}", response="${response}"${extra}`;
}

/** Reads an `Authorization` value; undefined unless it is a complete digest of a known kind. */
export function parseAnswer(header: string): Answer | undefined {
  const [scheme, fields] = split(header);
  const algorithm = algorithmOf(fields.get('algorithm'));
  const [user, realm, nonce, uri, response] = ['username', 'realm', 'nonce', 'uri', 'response'].map((name) =>
    fields.get(name),
  );
  if (scheme !== 'digest' || !algorithm || user === undefined || realm === undefined) return undefined;
  if (nonce === undefined || uri === undefined || response === undefined) return undefined;
  const qop = fields.get('qop');
  if (qop === undefined) return { user, realm, nonce, uri, response, algorithm };
  if (qop !== 'auth') return undefined;
  const [nc, cnonce] = [fields.get('nc') ?? '', fields.get('cnonce') ?? ''];
  return { user, realm, nonce, uri, response, algorithm, qop, nc, cnonce };
}

/**
 * Whether `answer` proves knowledge of `credentials`. Takes the same time for a wrong name and a wrong password. The
 * caller checks that nonce and URI belong to this connection and request.
 */
export function provesKnowledge(answer: Answer, credentials: Credentials, method: string): boolean {
  const rightUser = sameText(answer.user, credentials.user);
  const expected = responseOf({ ...answer, user: credentials.user }, credentials, { method });
  return sameText(answer.response.toLowerCase(), expected) && rightUser;
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameText(left: string, right: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(left), hash(right));
}

/** The response of RFC 2617 section 3.2.2: H(H(A1):nonce[:nc:cnonce:qop]:H(A2)). */
function responseOf(
  answer: Answer,
  credentials: Credentials,
  { method, body = new Uint8Array() }: { method: string; body?: Uint8Array },
): string {
  const hash = (text: string | Uint8Array): string =>
    createHash(answer.algorithm === 'MD5' ? 'md5' : 'sha256')
      .update(text)
      .digest('hex');
  const known = hash(`${answer.user}:${answer.realm}:${credentials.password}`);
  const secret = answer.session ? hash(`${known}:${answer.nonce}:${answer.cnonce}`) : known;
  const middle = answer.qop ? `${answer.nonce}:${answer.nc}:${answer.cnonce}:${answer.qop}` : answer.nonce;
  const asked = `${method}:${answer.uri}${answer.qop === 'auth-int' ? `:${hash(body)}` : ''}`;
  return hash(`${secret}:${middle}:${hash(asked)}`);
}

function algorithmOf(text: string | undefined): Hash | undefined {
  const name = (text ?? 'MD5').toUpperCase();
  return name === 'MD5' || name === 'SHA-256' ? name : undefined;
}

/** Splits `Scheme key="value", key=value`: scheme and keys in lower case, the first value of each key. */
function split(header: string): [string, Map<string, string>] {
  const fields = new Map<string, string>();
  const text = header.trim();
  const space = text.search(/\s|$/);
  if (text.length > MAX_HEADER_CHARACTERS) return ['', fields];
  for (const match of text.slice(space).matchAll(/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g)) {
    const key = match[1]!.toLowerCase();
    if (!fields.has(key)) fields.set(key, match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '');
  }
  return [text.slice(0, space).toLowerCase(), fields];
}

const quotable = (text: string): string => text.replaceAll(/["\\\r\n]/g, '');
