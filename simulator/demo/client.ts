/** A client of JSON over HTTP. */
export interface Client {
  get<T>(path: string): Promise<T>;
  /** Sends a request; rejects with the answer's words if it is refused. */
  send<T>(method: 'POST' | 'PUT' | 'PATCH', path: string, body?: object): Promise<T>;
}

/** Time in milliseconds for one request. */
const LIMIT_MS = 60_000;

/** Opens a client. */
export function openClient(base: string, token?: string): Client {
  const ask = async <T>(method: string, path: string, body?: object): Promise<T> => {
    const response = await fetch(`${base}${path}`, {
      method,
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as T;
  };
  return { get: (path) => ask('GET', path), send: ask };
}
