import type { InputSource } from '../schema/device/sources.ts';

/** Text in place of a secret in all that is given out; sent back, it means the former secret. */
export const HIDDEN = '***';

const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\\:]*:)([^/?#\\]+)(?=@)/i;
const PARAMETER = /(?<=[?&])([^=&]*(?:pass|secret|token|key|auth|sig|streamid)[^=&]*=)([^&]+)/gi;
/** An RTMP URL with two or more parts in its path; the last part is the key for publishing. */
const STREAM_KEY = /^(rtmps?:\/\/[^/?#]+(?:\/[^/?#]+)+\/)([^/?#]+)/i;
const IS_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Names whose values are secrets, at any depth. */
const SECRET_NAME = /passw|passphrase|secret|token|community|credential|private/i;

/** Is called with each secret that is found. */
export type Found = (secret: string) => void;

/** Hides a URL's password, parameters with names of secrets, and an RTMP stream's key. */
export function hideInUrl(url: string, found: Found = () => undefined): string {
  const hide = (_: string, before: string, secret: string): string => {
    found(secret);
    return `${before}${HIDDEN}`;
  };
  return url.replace(USER_INFO, hide).replace(PARAMETER, hide).replace(STREAM_KEY, hide);
}

/** A copy of the value without its secrets, which are found by names and in URLs. */
export function hide(value: unknown, found: Found = () => undefined, secret = false): unknown {
  if (typeof value === 'string') {
    if (!secret || value === '') return IS_URL.test(value) ? hideInUrl(value, found) : value;
    found(value);
    return HIDDEN;
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => hide(one, found, secret));
  const entries = Object.entries(value).map(([key, inner]) => [
    key,
    hide(inner, found, secret || SECRET_NAME.test(key)),
  ]);
  return Object.fromEntries(entries) as unknown;
}

/** A copy of any value without its secrets. */
export const hideSecrets = (value: unknown): unknown => hide(value);

/**
 * The given value with its hidden secrets restored from the same place in `before`. `lost` gets the place of a secret
 * that is not known there (another address or user), which has to be written out.
 */
export function reveal(given: unknown, before: unknown, lost: (at: string) => void, at = '', secret = false): unknown {
  if (typeof given === 'string') {
    const isHidden = secret ? given === HIDDEN : IS_URL.test(given) && given.includes(HIDDEN);
    if (!isHidden || hide(before, undefined, secret) === given) return isHidden ? before : given;
    lost(at);
    return given;
  }
  if (typeof given !== 'object' || given === null) return given;
  if (Array.isArray(given)) {
    return given.map((one, index) => reveal(one, sameOf(one, before, index), lost, `${at}.${index}`, secret));
  }
  const known = isElsewhere(given, before) ? undefined : (before as Record<string, unknown> | undefined);
  const entries = Object.entries(given).map(([key, inner]) => {
    const place = at ? `${at}.${key}` : key;
    return [key, reveal(inner, known?.[key], lost, place, secret || SECRET_NAME.test(key))];
  });
  return Object.fromEntries(entries) as unknown;
}

/** The entry of a list that corresponds to this one: with the same id, or at its index. */
function sameOf(one: unknown, before: unknown, index: number): unknown {
  if (!Array.isArray(before)) return undefined;
  const id = (one as { id?: unknown } | null)?.id;
  return id === undefined ? before[index] : before.find((other: { id?: unknown } | null) => other?.id === id);
}

/** Whether address or user differ; then the password is not restored. */
function isElsewhere(given: object, before: unknown): boolean {
  if (!('driver' in given || 'url' in given)) return false;
  const [now, then] = [given as Partial<Camera>, (before ?? {}) as Partial<Camera>];
  const sameUrl = now.url === then.url || (then.url !== undefined && hideInUrl(then.url) === now.url);
  return !sameUrl || now.driver !== then.driver || now.user !== then.user;
}

type Camera = Extract<InputSource, { driver: 'rtsp' }>;
