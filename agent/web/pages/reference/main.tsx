import { signal } from '@preact/signals';
import { render } from 'preact';
import '#lib/pages/tokens.css';
import '#lib/pages/base.css';
import '../shared/box.css';
import './reference.css';
import { openBrowserApi } from '../shared/api.ts';
import { startTheme } from '#lib/pages/theme.ts';
import { startLanguage } from '#lib/pages/words.ts';
import type { OpenApi } from './openapi.ts';
import { Reference } from './reference.tsx';

startLanguage();
startTheme();
const document_ = signal<OpenApi | 'stranger' | undefined>(undefined);
const api = openBrowserApi(() => void (document_.value = 'stranger'));
void api.get<OpenApi>('/openapi.json').then(({ value }) => {
  if (value) document_.value = value;
});
const page = document.querySelector('#page');
if (page) render(<Reference document={document_} />, page);
