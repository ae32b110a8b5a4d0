import { signal } from '@preact/signals';
import { keep, keptIn } from '#lib/pages/words.ts';

/** How far the first start has come, kept by the browser: one that was broken off is found again. */
export interface Progress {
  /** Steps that were saved or looked at, by name. */
  done: readonly string[];
  /** `open` while it goes on; `ended` by its last step, or by somebody who left it. */
  state: 'none' | 'open' | 'ended';
}

const KEPT = 'amphi-start';
const NONE: Progress = { done: [], state: 'none' };

/** What was kept; anything else is nothing. Pure. */
export function progressIn(text: string | undefined): Progress {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Progress> | null;
    const isRight = Array.isArray(kept?.done) && (kept.state === 'open' || kept.state === 'ended');
    return isRight ? { done: kept.done?.map(String) ?? [], state: kept.state ?? 'none' } : NONE;
  } catch {
    return NONE;
  }
}

export const progress = signal<Progress>(NONE);

export const startProgress = (): void => void (progress.value = progressIn(keptIn(KEPT)));

export function setProgress(next: Progress): void {
  progress.value = next;
  keep(KEPT, JSON.stringify(next));
}

export const stepDone = (name: string): void =>
  setProgress({ done: [...new Set([...progress.peek().done, name])], state: 'open' });
