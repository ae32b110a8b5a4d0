import { percentDecoded } from './texts/percent.ts';

/** Text that replaces a user name and password. */
const MASK = '…';
/** A URL with all that follows in its line, up to the next one. */
const URL_AND_MORE = /\b([a-z][\w+.-]{0,30}:\/\/)((?:(?![a-z][\w+.-]{0,30}:\/\/)[^\n])*)/gi;
/** Everything up to the last `@` before a host: a password may have `@`, blanks, quotes and slashes in it. */
const USER_INFO = /^.*@(?=[\w[])/;
/** The beginning of a URL that has a user or a password: an `@` before the path, or a colon without a port. */
const HAS_USER = /^[^/?#\s'"]*(?:@|:(?!\d{0,5}(?:[/?#\s'"\],;).]|:\s|:?$)))/;
/**
 * A colon before the path and an `@` somewhere behind it: the password may begin like a port, a quote or anything else.
 */
const COLON_AND_AT = /^[^/?#\n]{0,64}:[^\n]{0,128}@[\w[]/;
/**
 * The query of a URL. Cameras and services have secrets in it under many names, so that only the names of parameters
 * are kept.
 */
const QUERY = /^([^\s?#'"\\]*)\?([^\s#'"\\]*)/;
/** Names of parameters that are secrets. */
const SECRET_NAME = /pass|secret|token|key|auth|sig|streamid/i;
/** A parameter of an address without a host; a name of more than 200 characters is not taken for one. */
const PARAMETER = /(?<=[?&])([^=&?\s]{1,200})=[^&\s'"]+/g;
/** Length of a secret in characters; a shorter one is not removed from texts, since it occurs in ordinary words. */
const SHORTEST_SECRET = 4;

/**
 * Removes user names, passwords and the values of queries from the URLs in a text, and each of `secrets` wherever it
 * occurs, so that the text can be shown and logged. In doubt, too much is removed.
 */
export function withoutPasswords(text: string, secrets: readonly string[] = []): string {
  const bare = text.replaceAll(URL_AND_MORE, bareUrl).replaceAll(PARAMETER, bareParameter);
  return secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .toSorted((one, other) => other.length - one.length)
    .reduce((safe, secret) => safe.replaceAll(secret, MASK), bare);
}

const bareParameter = (whole: string, name: string): string => (SECRET_NAME.test(name) ? `${name}=${MASK}` : whole);

function bareUrl(_: string, scheme: string, rest: string): string {
  const place = HAS_USER.test(rest) || COLON_AND_AT.test(rest) ? rest.replace(USER_INFO, `${MASK}@`) : rest;
  return scheme + place.replace(QUERY, (_all, path: string, query: string) => `${path}?${withoutValues(query)}`);
}

const withoutValues = (query: string): string => query.replaceAll(/=[^&]*/g, `=${MASK}`);

/** The secrets of a URL, each as written and as decoded: password, parameters, the key of an RTMP stream. */
export function secretsIn(url: string): string[] {
  if (!URL.canParse(url)) return [];
  const { password, searchParams, protocol, pathname } = new URL(url);
  const written = [password];
  for (const [name, value] of searchParams) if (SECRET_NAME.test(name)) written.push(value);
  if (/^rtmps?:$/.test(protocol)) written.push(pathname.split('/').slice(2).at(-1) ?? '');
  return written.flatMap((secret) => [secret, percentDecoded(secret)]).filter(Boolean);
}

/** The host of a URL without secrets: `rtmp://host:port/…`. The path is left out, since it may hold a stream key. */
export function placeOf(url: string): string {
  if (!URL.canParse(url)) return MASK;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}/${MASK}`;
}
