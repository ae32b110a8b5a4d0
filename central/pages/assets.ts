import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const textOf = (url: string | URL): string => readFileSync(fileURLToPath(url), 'utf8');
const shared = (name: string): string => textOf(import.meta.resolve(`@amphi/lib/pages/${name}`));

/** Style of the server's pages: that of all pages, and what only these have. */
export const STYLE = [
  ...['tokens.css', 'base.css', 'frame.css'].map(shared),
  textOf(new URL('assets/server.css', import.meta.url)),
].join('\n');

/** Script that updates the page at intervals; without it the pages do everything else. */
export const SCRIPT = textOf(new URL('assets/look-again.js', import.meta.url));

/** Address with a hash of the content: browsers may keep a file for ever, since a new version has a new address. */
const versioned = (path: string, text: string): string =>
  `${path}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;

export const STYLE_PATH = versioned('/assets/server.css', STYLE);
export const SCRIPT_PATH = versioned('/assets/look-again.js', SCRIPT);
