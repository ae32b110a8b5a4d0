/** Browsers keep cookies by name and address, whatever the port: boxes on one machine need names of their own. */
export const cookieName = (port: number | undefined): string => `amphi-${port ?? 0}`;

export const pairingName = (port: number | undefined): string => `amphi-lectern-${port ?? 0}`;

/** As long as browsers allow; a tablet that was used meanwhile is given it anew. */
const PAIRED_S = 400 * 24 * 3600;

/** `Set-Cookie` for a paired tablet. */
export const pairingCookie = (name: string, value: string, secure: boolean): string =>
  `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${PAIRED_S}${secure ? '; Secure' : ''}`;

/** One cookie of a `Cookie` header. */
export function cookieOf(header: string | undefined, name: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const at = pair.indexOf('=');
    if (at > 0 && pair.slice(0, at).trim() === name) return pair.slice(at + 1).trim();
  }
  return undefined;
}

/**
 * `Set-Cookie` for a session, or for its end (no value): scripts cannot read it, other sites cannot send it. It goes with
 * the browser; when it is worth nothing any more, the box says.
 */
export const sessionCookie = (name: string, value: string | undefined, secure: boolean): string =>
  `${name}=${value ?? ''}; Path=/; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}${value === undefined ? '; Max-Age=0' : ''}`;
