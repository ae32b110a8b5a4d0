import { signal } from '@preact/signals';
import { keep, keptIn } from '#lib/pages/words.ts';

/** The progress of the first start, kept by the browser, so that it can go on after it was broken off. */
export interface Progress {
  /** Steps that were saved or looked at, by name. */
  done: readonly string[];
  /** `open` while it goes on; `ended` after its last step, or when a person left it. */
  state: 'none' | 'open' | 'ended';
}

const KEPT = 'amphi-start';
const NONE: Progress = { done: [], state: 'none' };

/** The progress in a text that the browser kept; none if the text is anything else. Pure. */
export function progressIn(text: string | undefined): Progress {
  try {
    const kept = JSON.parse(text ?? 'null') as Partial<Progress> | null;
    const isRight = Array.isArray(kept?.done) && (kept.state === 'open' || kept.state === 'ended');
    return isRight ? { done: kept.done?.map(String) ?? [], state: kept.state ?? 'none' } : NONE;
  } catch {
    return NONE;
  }
}

/** The progress of the first start in this browser: what it kept of an earlier visit, to begin with. */
export const progress = signal<Progress>(progressIn(keptIn(KEPT)));

/** Changes the progress and keeps it in the browser. */
export function setProgress(next: Progress): void {
  progress.value = next;
  keep(KEPT, JSON.stringify(next));
}

/** Marks a step as done. */
export const stepDone = (name: string): void =>
  setProgress({ done: [...new Set([...progress.peek().done, name])], state: 'open' });
