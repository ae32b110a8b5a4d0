/**
 * Name of the session cookie. Browsers keep cookies by name and address, whatever the port, so boxes on one machine
 * need different names.
 */
export const cookieName = (port: number | undefined): string => `amphi-${port ?? 0}`;

/** Name of a tablet's cookie. */
export const pairingName = (port: number | undefined): string => `amphi-lectern-${port ?? 0}`;

/** Life of a tablet's cookie, the longest that browsers allow; it is renewed whenever the tablet is used. */
const PAIRED_S = 400 * 24 * 3600;

/** The `Set-Cookie` value for a paired tablet. */
export const pairingCookie = (name: string, value: string, secure: boolean): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${PAIRED_S}${secure ? '; Secure' : ''}`;

/** The value of a cookie in a `Cookie` header; undefined without it. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * The `Set-Cookie` value for a session, or for its end (no value). Scripts cannot read the cookie, other sites cannot
 * send it. It lasts as long as the browser runs; the box decides when the session ends.
 */
export const sessionCookie = (name: string, value: string | undefined, secure: boolean): string =>
  `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${value === undefined ? '; Max-Age=0' : ''}`;
