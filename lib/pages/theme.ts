import { effect, signal } from '@preact/signals';
import { keep, keptIn } from './words.ts';

/** A theme; `auto` follows the machine's setting. */
export type Theme = 'auto' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const KEPT = 'amphi-theme';

/** The theme of the page. */
export const theme = signal<Theme>('auto');

/** Sets the theme that was chosen before, and from then on keeps the document as the signal says. */
export function startTheme(): void {
  theme.value = THEMES.find((one) => one === keptIn(KEPT)) ?? 'auto';
  effect(() => void (document.documentElement.dataset['theme'] = theme.value));
}

/** Sets a theme, and keeps it for the next visit. */
export function chooseTheme(chosen: Theme): void {
  theme.value = chosen;
  keep(KEPT, chosen);
}
