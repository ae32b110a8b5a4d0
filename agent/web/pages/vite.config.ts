import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
/** Pages, each with a file of its own; code that two of them use is loaded by both. */
const PAGES = ['device', 'lectern', 'reference'].filter((page) => existsSync(here(`${page}.html`)));

/**
 * The build puts everything into files with hashed names: the security policy of the pages allows nothing inline, and
 * no other host.
 */
export default defineConfig({
  root: here('.'),
  publicDir: here('public'),
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: here('../dist'),
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    target: ['chrome123', 'firefox121', 'safari17.5'],
    cssTarget: ['chrome123', 'firefox121', 'safari17.5'],
    reportCompressedSize: false,
    rolldownOptions: { input: Object.fromEntries(PAGES.map((page) => [page, here(`${page}.html`)])) },
  },
});
