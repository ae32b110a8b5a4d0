import { percentDecoded } from './texts/percent.ts';

/** Text in place of a user name and password. */
const MASK = '…';
/** A URL with all that follows in its line, up to the next one. */
const URL_AND_MORE = /\b([a-z][\w+.-]{0,30}:\/\/)((?:(?![a-z][\w+.-]{0,30}:\/\/)[^\n])*)/gi;
/** Everything up to the last `@` before a host: a password may have `@`, blanks, quotes and slashes in it. */
const USER_INFO = /^.*@(?=[\w[])/;
/** The beginning of a URL that has a user or a password: an `@` before the path, or a colon without a port. */
const HAS_USER = /^[^/?#\s'"]*(?:@|:(?!\d{0,5}(?:[/?#\s'"\],;).]|:\s|:?$)))/;
/** A colon before the path and an `@` somewhere behind it: the password may begin like a port, a quote or anything else. */
const COLON_AND_AT = /^[^/?#\n]{0,64}:[^\n]{0,128}@[\w[]/;
/** The query of a URL; cameras and services have secrets in it under many names, so only the names stay. */
const QUERY = /^([^\s?#'"\\]*)\?([^\s#'"\\]*)/;
/** Names of parameters that are secrets, and such parameters of an address without a host. */
const SECRET_NAME = /pass|secret|token|key|auth|sig|streamid/i;
const SECRET_PARAMETER = /(?<=[?&])([^=&\s]*(?:pass|secret|token|key|auth|sig|streamid)[^=&\s]*=)[^&\s'"]+/gi;
/** A secret that is shorter is not looked for in texts: it would be found in words. */
const SHORTEST_SECRET = 4;

/**
 * Removes user names, passwords and the values of queries from the URLs in a text, and each of `secrets` wherever it stands, so that it can be shown and
 * logged. Rather too much is removed than too little.
 */
export function withoutPasswords(text: string, secrets: readonly string[] = []): string {
  const bare = text.replaceAll(URL_AND_MORE, bareUrl).replaceAll(SECRET_PARAMETER, `$1${MASK}`);
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((one, other) => other.length - one.length)
    .reduce((safe, secret) => safe.replaceAll(secret, MASK), bare);
}

function bareUrl(_: string, scheme: string, rest: string): string {
  const place = HAS_USER.test(rest) || COLON_AND_AT.test(rest) ? rest.replace(USER_INFO, `${MASK}@`) : rest;
  return scheme + place.replace(QUERY, (_all, path: string, query: string) => `${path}?${withoutValues(query)}`);
}

const withoutValues = (query: string): string => query.replaceAll(/=[^&]*/g, `=${MASK}`);

/** What is secret in a URL, each as it stands there and as it is meant: its password, parameters, the key of an RTMP stream. */
export function secretsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password, searchParams, protocol, pathname } = new URL(url);
  const written = [password];
  for (const [name, value] of searchParams) if (SECRET_NAME.test(name)) written.push(value);
  if (/^rtmps?:$/.test(protocol)) written.push(pathname.split('/').slice(2).at(-1) ?? '');
  return written.flatMap((secret) => [secret, percentDecoded(secret)]).filter(Boolean);
}

/** The host of a URL without secrets: `rtmp://host:port/…`. Stream keys stand in paths and queries. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return MASK;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${MASK}`;
}
