import { effect, signal } from '@preact/signals';
import { keep, keptIn } from './words.ts';

/** `auto`: as the machine is set. */
export type Theme = 'auto' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEPT = 'amphi-theme';

export const theme = signal<Theme>('auto');

export function startTheme(): void {
  theme.value = THEMES.find((one) => one === keptIn(KEPT)) ?? 'auto';
  effect(() => void (document.documentElement.dataset['theme'] = theme.value));
}

export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  keep(KEPT, chosen);
}
