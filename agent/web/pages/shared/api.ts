import type { Sentence } from '#lib/sentences/sentence.ts';

/** A request that was not done: what the box said, or that it did not answer (status 0). */
export interface Trouble {
  status: number;
  /** Extron's code if the box refused, else a word. */
  code: string;
  text: string;
  said?: Sentence;
  mistakes?: readonly Mistake[];
  retryAfterS?: number;
}

/** A mistake in one part of a request; `at` is a place such as `body.picture.tint`. */
export interface Mistake {
  at: string;
  text: string;
  said?: Sentence;
}

export type Answer<Value> = { value: Value; trouble?: undefined } | { value?: undefined; trouble: Trouble };

export interface Api {
  get<Value>(path: string): Promise<Answer<Value>>;
  /** Asks for a change. It is tried again while the network is away, and done once however often it arrives. */
  send<Value>(method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<Answer<Value>>;
  /** Sends a file as it is. */
  upload<Value>(path: string, file: Blob): Promise<Answer<Value>>;
}

export interface ApiSettings {
  fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Called when the box does not know this browser (any more). */
  onStranger(): void;
  newKey(): string;
  pause(ms: number): Promise<void>;
}

export const API = '/api/v1';
/** Waits between tries of a change that the network lost, eight seconds together; then it is told. */
const WAITS_MS = [500, 1000, 2000, 4500];
/** Time for one try of a request; then it counts as lost. */
const TRY_MS = 15_000;

/** Opens the API of the box. Its functions never reject: trouble is a part of the answer. */
export function openApi(settings: ApiSettings): Api {
  const once = async <Value>(path: string, init: RequestInit, limitMs: number): Promise<Answer<Value>> => {
    const response = await settings
      .fetch(`${API}${path}`, { ...init, signal: AbortSignal.timeout(limitMs) })
      .catch(() => undefined);
    if (!response) return { trouble: { status: 0, code: 'away', text: '' } };
    const text = await response.text().catch(() => undefined);
    // The answer was cut in the middle: whether the change was made is not known.
    if (text === undefined) return { trouble: { status: 0, code: 'away', text: '' } };
    if (response.ok) return { value: jsonOf(text) as Value };
    if (response.status === 401 && path !== '/session') settings.onStranger();
    return { trouble: troubleOf(response, text) };
  };

  return {
    get: (path) => once(path, {}, TRY_MS),
    async send(method, path, body) {
      const headers = { 'idempotency-key': settings.newKey(), 'content-type': 'application/json' };
      const init = { method, headers, body: JSON.stringify(body ?? {}) };
      for (const waitMs of WAITS_MS) {
        const answer = await once<never>(path, init, TRY_MS);
        if (answer.trouble?.status !== 0) return answer;
        await settings.pause(waitMs);
      }
      return once(path, init, TRY_MS);
    },
    upload: (path, file) =>
      once(path, { method: 'PUT', headers: { 'content-type': 'application/octet-stream' }, body: file }, 120_000),
  };
}

/** The API as pages use it, over `fetch`. */
export const openBrowserApi = (onStranger: () => void): Api =>
  openApi({
    fetch: (url, init) => fetch(url, init),
    onStranger,
    newKey: newKey,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });

/** A random key. `crypto.randomUUID` is missing on plain HTTP, by which a box in a hall is reached. */
const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

function troubleOf(response: Response, text: string): Trouble {
  const body = jsonOf(text) as { error?: Omit<Trouble, 'status'> } | undefined;
  const retryAfterS = Number(response.headers.get('retry-after'));
  return {
    status: response.status,
    code: body?.error?.code ?? 'unknown',
    text: body?.error?.text ?? `${response.status}`,
    ...(body?.error?.said ? { said: body.error.said } : {}),
    ...(body?.error?.mistakes ? { mistakes: body.error.mistakes } : {}),
    ...(retryAfterS > 0 ? { retryAfterS } : {}),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
