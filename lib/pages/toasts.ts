import { signal } from '@preact/signals';

export interface Toast {
  id: number;
  kind: 'done' | 'trouble';
  text: string;
}

/** Short words about what was just done; trouble stays until it is read and closed. */
export const toasts = signal<readonly Toast[]>([]);

/** What was done is shown so long. */
const DONE_MS = 4000;
/** Shown at once; the oldest goes beyond it. */
const MOST = 4;
let count = 0;

export function tell(kind: Toast['kind'], text: string): void {
  const toast = { id: ++count, kind, text };
  toasts.value = [...toasts.value.filter((one) => one.text !== text), toast].slice(-MOST);
  if (kind === 'done') setTimeout(() => untell(toast.id), DONE_MS);
}

export const untell = (id: number): void => void (toasts.value = toasts.value.filter((one) => one.id !== id));
