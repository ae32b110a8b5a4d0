import { batch, signal, type ReadonlySignal } from '@preact/signals';

/** State of the connection. `away`: the box is not heard; it works on, and the page tries again and again. */
export type Link = 'first' | 'here' | 'away';

/** The part of an EventSource that is used. */
export interface Ear {
  readyState: number;
  addEventListener(type: string, listener: (event: { data: string }) => void): void;
  close(): void;
}

export interface ListeningSettings {
  listen(url: string): Ear;
  /** Called when the server ended the connection for good: it may not know this browser any more. */
  onRefused(): void;
  nowMs(): number;
  every(ms: number, act: () => void): () => void;
}

/** Time without any event after which the box counts as away: sound levels come five times a second. */
const SILENT_MS = 4000;
/** `EventSource.CLOSED`. */
const CLOSED = 2;

/** Listens to events of some types at `url` until it is closed; a connection that was lost is opened again. */
export function listenTo<Type extends string>(
  url: string,
  types: readonly Type[],
  take: (type: Type, data: unknown) => void,
  settings: ListeningSettings,
): { link: ReadonlySignal<Link>; close: () => void } {
  const link = signal<Link>('first');
  let heardAtMs = settings.nowMs();
  let ear: Ear | undefined;
  const listen = (): void => {
    ear?.close();
    heardAtMs = settings.nowMs();
    const mine = (ear = settings.listen(url));
    for (const type of types) {
      mine.addEventListener(type, ({ data }) => {
        if (mine !== ear) return;
        heardAtMs = settings.nowMs();
        batch(() => {
          link.value = 'here';
          take(type, JSON.parse(data));
        });
      });
    }
    mine.addEventListener('error', () => {
      if (mine !== ear) return;
      if (link.peek() === 'here') link.value = 'away';
      if (mine.readyState === CLOSED) settings.onRefused();
    });
  };
  const stop = settings.every(1000, () => {
    if (settings.nowMs() - heardAtMs < SILENT_MS) return;
    if (link.peek() === 'here') link.value = 'away';
    listen();
  });
  listen();
  return {
    link,
    close() {
      stop();
      ear?.close();
      ear = undefined;
    },
  };
}

/** Listening as pages do it, over an EventSource. */
export const browserListening = (onRefused: () => void): ListeningSettings => ({
  listen: (url) => new EventSource(url),
  onRefused,
  nowMs: () => performance.now(),
  every(ms, act) {
    const timer = setInterval(act, ms);
    return () => clearInterval(timer);
  },
});
