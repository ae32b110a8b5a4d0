import { existsSync } from 'node:fs';

/**
 * Paths of browsers. The one without windows comes first: a page needs a third of the processor's time, and the engine
 * is the same.
 */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of the tests' browser: `CHROMIUM_PATH`, or the first that is installed; undefined if there is none. */
export const findChromium = (): string | undefined =>
  [process.env['CHROMIUM_PATH'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
