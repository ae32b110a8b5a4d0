import { isIP } from 'node:net';

/** The name in a `Host` header, in lower case, without port and brackets; undefined if there is none. */
export function hostName(header: string | undefined): string | undefined {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]{1,255}))(?::\d{1,5})?$/i.exec(header ?? '');
  return (parts?.[1] ?? parts?.[2])?.toLowerCase().replace(/\.$/, '');
}

/**
 * Whether a box without a password was called by one of its own names. A foreign page whose name was made to lead to
 * the box (DNS rebinding) calls it by that name. With a password such a page can do nothing: it has none, and the
 * cookie is for another name.
 */
export function isOwnName(name: string, ownNames: readonly string[]): boolean {
  if (isIP(name) !== 0 || name === 'localhost' || name.endsWith('.localhost')) return true;
  return ownNames.some((own) => [own.toLowerCase(), `${own.toLowerCase()}.local`].includes(name));
}

/** Whether a change comes from a page of this host, or from no page at all. */
export function isOwnOrigin(origin: string | undefined, site: string | undefined, host: string | undefined): boolean {
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin === undefined) return true;
  return (
    URL.canParse(origin) && host !== undefined && new URL(origin).host === host.toLowerCase().replace(/:(80|443)$/, '')
  );
}
