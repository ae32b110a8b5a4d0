import { effect } from '@preact/signals';
import { render } from 'preact';
import '@amphi/lib/pages/tokens.css';
import '@amphi/lib/pages/base.css';
import '@amphi/lib/pages/frame.css';
import './editor.css';
import { THEMES, theme } from '@amphi/lib/pages/theme.ts';
import { language } from '@amphi/lib/pages/words.ts';
import { App } from './app.tsx';

/** Language and theme are those of all pages of the server, which keeps the choice in cookies. */
const root = document.documentElement;
language.value = root.lang === 'fr' ? 'fr' : 'en';
theme.value = THEMES.find((one) => one === root.dataset['theme']) ?? 'auto';
effect(() => {
  const chosen = { language: language.value, theme: theme.value };
  const isNew = root.lang !== chosen.language || root.dataset['theme'] !== chosen.theme;
  root.lang = chosen.language;
  root.dataset['theme'] = chosen.theme;
  if (isNew)
    void fetch('/preferences', { method: 'POST', body: new URLSearchParams(chosen), redirect: 'manual' }).catch(
      () => undefined,
    );
});
const page = document.querySelector('#page');
if (page) render(<App />, page);
