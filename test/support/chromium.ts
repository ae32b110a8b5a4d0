import { existsSync } from 'node:fs';

/** The one without windows comes first: a page costs a third of the processor's time, and the engine is the same. */
const PLACES = [
  '/usr/bin/chromium-headless-shell',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
];

/** Path of the browser of the tests: `CHROMIUM_PATH`, or the first that is installed; undefined where there is none. */
export const findChromium = (): string | undefined =>
  [process.env['CHROMIUM_PATH'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));
