import type { InputSource } from '../schema/device/sources.ts';

/** What stands in the place of a secret in all that is given out; sent back, it means "as it was". */
export const HIDDEN = '***';

const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\\:]*:)([^/?#\\]+)(?=@)/i;
const PARAMETER = /(?<=[?&])([^=&]*(?:pass|secret|token|key|auth|sig|streamid)[^=&]*=)([^&]+)/gi;
/** The last of two or more parts of an RTMP path is the key that lets one publish. */
const STREAM_KEY = /^(rtmps?:\/\/[^/?#]+(?:\/[^/?#]+)+\/)([^/?#]+)/i;
const IS_URL = /^[a-z][a-z0-9+.-]*:\/\//i;
/** Whatever stands under such a name is a secret, at any depth. */
const SECRET_NAME = /passw|passphrase|secret|token|community|credential|private/i;

export type Found = (secret: string) => void;

/** Hides a URL's password, the values of parameters whose names speak of secrets, and an RTMP stream's key. */
export function hideInUrl(url: string, found: Found = () => undefined): string {
  const hide = (_: string, before: string, secret: string): string => {
    found(secret);
    return `${before}${HIDDEN}`;
  };
  return url.replace(USER_INFO, hide).replace(PARAMETER, hide).replace(STREAM_KEY, hide);
}

/** The same value without its secrets, whatever its shape: what is secret is known by names and by what URLs look like. */
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

/** Any value, fit to be given out. */
export const hideSecrets = (value: unknown): unknown => hide(value);

/**
 * What somebody sends back as it was given out, with its secrets again, from what was at the same place before. `lost` is
 * told the place of a hidden secret that is not known there (another address or user): it must be written out.
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

/** What stood in a list for this one: by its id, or at its index. */
function sameOf(one: unknown, before: unknown, index: number): unknown {
  if (!Array.isArray(before)) return undefined;
  const id = (one as { id?: unknown } | null)?.id;
  return id === undefined ? before[index] : before.find((other: { id?: unknown } | null) => other?.id === id);
}

/** A password follows to no other address and to no other user. */
function isElsewhere(given: object, before: unknown): boolean {
  if (!('driver' in given || 'url' in given)) return false;
  const [now, then] = [given as Partial<Camera>, (before ?? {}) as Partial<Camera>];
  const sameUrl = now.url === then.url || (then.url !== undefined && hideInUrl(then.url) === now.url);
  return !sameUrl || now.driver !== then.driver || now.user !== then.user;
}

type Camera = Extract<InputSource, { driver: 'rtsp' }>;
