import { signal } from '@preact/signals';
import type { Answer } from './api.ts';
import { wordsOf } from './said.ts';

export interface Toast {
  id: number;
  kind: 'done' | 'trouble';
  text: string;
}

/** Short words about what was just done; trouble stays until it is read and closed. */
export const toasts = signal<readonly Toast[]>([]);

const DONE_MS = 4000;
const MOST = 4;
let count = 0;

export function tell(kind: Toast['kind'], text: string): void {
  const toast = { id: ++count, kind, text };
  toasts.value = [...toasts.value.filter((one) => one.text !== text), toast].slice(-MOST);
  if (kind === 'done') setTimeout(() => untell(toast.id), DONE_MS);
}

export const untell = (id: number): void => void (toasts.value = toasts.value.filter((one) => one.id !== id));

/** Tells of trouble, if there is any; gives the value otherwise. */
export function orTell<Value>(answer: Answer<Value>, done?: string): Value | undefined {
  if (answer.trouble) tell('trouble', wordsOf(answer.trouble));
  else if (done !== undefined) tell('done', done);
  return answer.value;
}
