import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const textOf = (url: string | URL): string => readFileSync(fileURLToPath(url), 'utf8');
const shared = (name: string): string => textOf(import.meta.resolve(`@amphi/lib/pages/${name}`));

/** How the pages of the box look, and what these have besides. */
export const STYLE = [
  ...['tokens.css', 'base.css', 'frame.css'].map(shared),
  textOf(new URL('assets/server.css', import.meta.url)),
].join('\n');

/** Looks again by itself; without it the pages do all but this. */
export const SCRIPT = textOf(new URL('assets/look-again.js', import.meta.url));

/** A new version has a new address, so that browsers may keep what they have. */
const versioned = (path: string, text: string): string =>
  `${path}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;

export const STYLE_PATH = versioned('/assets/server.css', STYLE);
export const SCRIPT_PATH = versioned('/assets/look-again.js', SCRIPT);
