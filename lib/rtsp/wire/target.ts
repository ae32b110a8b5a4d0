/** What a request's URI means: a path, and maybe one track of it. */
export interface Target {
  /** Without slashes at its ends: `extron1`. Empty for the server as a whole (`*` or `rtsp://host/`). */
  path: string;
  /** From `/trackID=N`, which is how tracks are named here. */
  track?: number;
  /** Everything before the track, to build other URIs from; has no slash at the end. */
  base: string;
}

/**
 * Players put the track behind the base they were told, behind their own URI, or behind its query: all are understood.
 * Undefined if the URI is not one of ours (other scheme, control characters, broken escapes).
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
