import { HttpError } from './http-error.ts';

interface Redirected {
  method: string;
  url: string;
  /** Whether the body is sent again. */
  withBody: boolean;
}

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * The request to which a redirect leads (RFC 9110, 15.4); undefined if the status is no redirect. Throws HttpError if
 * it must not be followed: to another host, which would get a password or a body not meant for it; from HTTPS to HTTP;
 * or where the body would get lost.
 */
export function redirectOf(
  status: number,
  location: string | undefined,
  { method, url }: { method: string; url: string },
): Redirected | undefined {
  if (!REDIRECTS.has(status) || location === undefined) return undefined;
  const from = new URL(url);
  const refuse = (why: string): HttpError => new HttpError('elsewhere', `${from.origin}: ${why}`);
  if (!URL.canParse(location, url)) throw refuse('it redirects to what is no address');
  const to = new URL(location, url);
  const isSecured = from.protocol === 'http:' && to.protocol === 'https:';
  if (to.origin !== from.origin && !(isSecured && to.hostname === from.hostname))
    throw refuse(`it redirects to ${to.origin}, which is another server: ask that one if you trust it`);
  const reads = method === 'GET' || method === 'HEAD';
  if (status === 303) return { method: reads ? method : 'GET', url: to.href, withBody: false };
  if (!reads && status < 307) throw refuse(`it redirects to ${to.href}, and what was sent would get lost: ask there`);
  return { method, url: to.href, withBody: !reads };
}
