import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  kind: 'done' | 'trouble';
  text: string;
}

/** Short messages about what was just done; messages about trouble stay until they are closed. */
export const toasts = signal<readonly Toast[]>([]);

/** Time in milliseconds for which a message about something done is shown. */
const DONE_MS = 4000;
/** Number of messages that are shown at once; with more, the oldest goes. */
const MOST = 4;
let count = 0;

/** Shows a message; a message with the same text is replaced. */
export function tell(kind: Toast['kind'], text: string): void {
  const toast = { id: ++count, kind, text };
  toasts.value = [...toasts.value.filter((one) => one.text !== text), toast].slice(-MOST);
  if (kind === 'done') setTimeout(() => untell(toast.id), DONE_MS);
}

/** Removes a message. */
export const untell = (id: number): void => void (toasts.value = toasts.value.filter((one) => one.id !== id));
