/** The resource that a request's URI names: a path, and perhaps one track of it. */
export interface Target {
  /** The path without slashes at its ends: `extron1`. Empty for the whole server (`*` or `rtsp://host/`). */
  path: string;
  /** The number in `/trackID=N`, as tracks are named here. */
  track?: number;
  /** The URI before the track, without a slash at its end, to make other URIs from. */
  base: string;
}

/**
 * Reads the URI of a request. Players append the track to the base that they were given, to their own URI, or to its
 * query; all are accepted. Undefined if the URI is none of ours: another scheme, control characters, broken escapes.
 */
export function parseTarget(uri: string): Target | undefined {
  if (uri === '*') return { path: '', base: '' };
  const match = /^(?:rtspu?:\/\/[^/?#\s]*)?(\/[^\s#]*)?$/i.exec(uri);
  if (!match) return undefined;
  const tail = /\/?trackID=(\d{1,3})\/*$/i.exec(uri);
  const whole = tail ? uri.slice(0, tail.index) : uri;
  const authority = /^rtspu?:\/\/[^/?#]*/i.exec(whole)?.[0] ?? '';
  const rest = whole.slice(authority.length).split('?')[0] ?? '';
  const path = decoded(rest);
  if (path === undefined) return undefined;
  const base = authority + trimSlashes(rest, '/');
  return { path: trimSlashes(path, ''), base, ...(tail ? { track: Number(tail[1]) } : {}) };
}

function trimSlashes(path: string, lead: string): string {
  const trimmed = path.replaceAll(/^\/+|\/+$/g, '');
  return trimmed ? lead + trimmed : '';
}

function decoded(path: string): string | undefined {
  try {
    const text = decodeURIComponent(path);
    // eslint-disable-next-line no-control-regex
    return /[\u0000-\u001f\u007f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
