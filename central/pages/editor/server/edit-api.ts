import type { Edit, EditCaptions } from '../../../editing/edit.ts';
import type { ShownEdit, ShownLock } from '../../../editing/shown-edit.ts';
import type { Cue } from '../model/captions.ts';

/** A request that was not done: the status (0: nobody answered), and what the server said. */
export interface Trouble {
  status: number;
  text: string;
  /** Line of a file with a mistake. */
  line?: number | undefined;
}

export type Answer<Value> = { value: Value; trouble?: undefined } | { value?: undefined; trouble: Trouble };

/** A picture that is sent as cover. */
export interface CoverSent {
  type: string;
  uri: string;
}

/** The server, as the editor asks it. Its functions never reject: trouble is a part of the answer. */
export interface EditApi {
  load(): Promise<Answer<ShownEdit>>;
  keepDraft(draft: { edit: Edit; base: number; revision: number }): Promise<Answer<{ revision: number }>>;
  dropDraft(): Promise<Answer<undefined>>;
  save(asked: {
    edit: Edit;
    base: number;
    covers: readonly CoverSent[];
    workflow?: string | undefined;
  }): Promise<Answer<{ version: number; workflow: number | null; notPublished?: string }>>;
  /** Reads a file of captions; `notes` tell what was left out. */
  readCaptions(file: Blob): Promise<Answer<{ cues: readonly Omit<Cue, 'key'>[]; notes: readonly string[] }>>;
  /** Takes or refreshes the lock of this window. */
  lock(force: boolean): Promise<Answer<undefined>>;
  /** Who has the event open; undefined: nobody has. */
  whoEdits(): Promise<Answer<ShownLock | undefined>>;
  /** Gives the lock back; also works while the page is left. */
  unlock(): void;
  signIn(name: string, password: string): Promise<Answer<undefined>>;
}

/** Time for one request; then it counts as lost. */
const TRY_MS = 20_000;
/** Bytes of a body that a browser sends even while the page is left. */
const MOST_KEPT_ALIVE = 60_000;

type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Opens the server for one event. `window` is an id of this window, by which its lock is known. */
export function openEditApi(event: string, window: string, fetch: Fetch): EditApi {
  const base = `/api/v1/events/${encodeURIComponent(event)}`;
  const lockUrl = `/editor/${encodeURIComponent(event)}/lock`;
  const ask = async <Value>(method: string, url: string, body?: BodyInit, type?: string): Promise<Answer<Value>> => {
    // The server asks such a request for no password by itself: the page has a form of its own.
    const headers = { 'x-requested-with': 'XMLHttpRequest', ...(type ? { 'content-type': type } : {}) };
    const keepalive = typeof body === 'string' && body.length < MOST_KEPT_ALIVE && method !== 'GET';
    const init = {
      method,
      headers,
      keepalive,
      signal: AbortSignal.timeout(TRY_MS),
      ...(body === undefined ? {} : { body }),
    };
    const response = await fetch(url, init).catch(() => undefined);
    const text = await response?.text().catch(() => undefined);
    if (!response || text === undefined) return { trouble: { status: 0, text: '' } };
    if (response.ok) return { value: jsonOf(text) as Value };
    const told = jsonOf(text) as { error?: string; line?: number } | undefined;
    return { trouble: { status: response.status, text: told?.error ?? text.trim().slice(0, 300), line: told?.line } };
  };
  const send = <Value>(method: string, url: string, value: unknown) =>
    ask<Value>(method, url, JSON.stringify(value), 'application/json');
  return {
    load: () => ask('GET', `${base}/edit?window=${encodeURIComponent(window)}`),
    keepDraft: (draft) => send('PUT', `${base}/draft`, draft),
    dropDraft: () => ask('DELETE', `${base}/draft`),
    save: (asked) => send('POST', `${base}/edit`, asked),
    async readCaptions(file) {
      const { value, trouble } = await ask<Pick<EditCaptions, 'cues'> & { notes: string[] }>(
        'POST',
        `${base}/captions`,
        file,
        'application/octet-stream',
      );
      if (trouble) return { trouble };
      const cues = value.cues.map(({ start, end, ...text }) => ({ startMs: start, endMs: end, ...text }));
      return { value: { cues, notes: value.notes } };
    },
    lock: (force) =>
      ask('POST', lockUrl, new URLSearchParams({ uuid: window, user: '', ...(force ? { force: 'true' } : {}) })),
    whoEdits: () => ask('GET', `${lockUrl}?uuid=${encodeURIComponent(window)}`),
    unlock: () =>
      void fetch(`${lockUrl}/${encodeURIComponent(window)}`, { method: 'DELETE', keepalive: true }).catch(
        () => undefined,
      ),
    signIn: (name, password) => send('POST', '/api/v1/session', { name, password }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
