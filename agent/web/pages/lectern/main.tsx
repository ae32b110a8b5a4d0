import { render } from 'preact';
import '#lib/pages/tokens.css';
import '#lib/pages/base.css';
import '../shared/box.css';
import './lectern.css';
import { refusals } from '#lib/sentences/refusals.ts';
import { startTheme } from '#lib/pages/theme.ts';
import { startLanguage } from '#lib/pages/words.ts';
import { sentences } from '../shared/told.ts';
import { App } from './app.tsx';
import { stayAwake } from './awake.ts';

startLanguage();
sentences.value = refusals;
startTheme();
stayAwake();
// The worker keeps the page for a start without a network; browsers allow it on HTTPS alone.
if ('serviceWorker' in navigator) {
  void navigator.serviceWorker.register('/lectern-worker.js', { scope: '/lectern' }).catch(() => undefined);
}
const page = document.querySelector('#page');
if (page) render(<App />, page);
