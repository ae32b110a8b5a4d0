import { isIP } from 'node:net';

/** The name in a `Host` header, lower case, without port and brackets; undefined where it is none. */
export function hostName(header: string | undefined): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,255}))(?::\d{1,5})?$/i.exec(header ?? '');
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, '');
}

/**
 * Is a box that asks for no token called by one of its own names? A page of some site whose name was made to lead here
 * (DNS rebinding) calls it by that site's. With a token there is nothing such a page could do: it has none, and the
 * cookie belongs to another name.
 */
export function isOwnName(name: string, ownNames: readonly string[]): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return ownNames.some((own) => [own.toLowerCase(), `${own.toLowerCase()}.local`].includes(name));
}

/** Does a change come from a page of this very host, or from no page at all? */
export function isOwnOrigin(origin: string | undefined, site: string | undefined, host: string | undefined): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  return (
    URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase().replace(/:(80|443)$/, '')
  );
}
