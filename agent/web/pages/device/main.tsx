import { signal } from '@preact/signals';
import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/base.css';
import './device.css';
import { openBrowserApi } from '../shared/api.ts';
import { startTheme } from '../shared/theme.ts';
import { startLanguage } from '../shared/words.ts';
import { App } from './app.tsx';
import type { SessionSignal } from './desk.ts';
import { followAddress } from './route.ts';

startLanguage();
startTheme();
followAddress();
const session: SessionSignal = signal('unknown');
const api = openBrowserApi(() => void (session.value = 'stranger'));
const page = document.querySelector('#page');
if (page) render(<App api={api} session={session} />, page);
