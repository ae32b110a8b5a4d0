import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core';
import { findChromium } from '#test/support/chromium.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

export function openBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium here: bin/setup test installs it');
  return chromium.launch({ executablePath, headless: true, args: FLAGS, timeout: PATIENCE_MS });
}

export interface Viewer {
  context: BrowserContext;
  page: Page;
  /** What the page complained about: errors, and what its policy forbade. */
  complaints: string[];
}

export interface ViewerSettings {
  language?: 'en' | 'fr';
  theme?: 'light' | 'dark';
  size?: { width: number; height: number };
}

/** A browser of somebody else, with nothing of before. */
export async function openViewer(browser: Browser, settings: ViewerSettings = {}): Promise<Viewer> {
  const { language = 'en', theme = 'light', size = { width: 1280, height: 800 } } = settings;
  const context = await browser.newContext({ locale: language, colorScheme: theme, viewport: size });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource|net::ERR/.test(message.text()))
      complaints.push(message.text());
  });
  return { context, page, complaints };
}

/**
 * Presses a button to be held twice, as who cannot hold it does, until that has had its effect: who asks twice and is late between is
 * asked anew.
 */
export async function pressTwice(button: Locator, isDone: () => Promise<boolean>): Promise<void> {
  const press = (): Promise<void> => button.evaluate((one) => (one as HTMLElement).click());
  await press();
  await button.and(button.page().locator('[data-phase=asked]')).waitFor();
  await press();
  await until(
    'two presses have their effect',
    async () => {
      if (await isDone()) return true;
      // It has gone back to where it was: the second press came too late, and was a first one.
      const phase = await button.getAttribute('data-phase', { timeout: 500 }).catch(() => undefined);
      if (phase === 'asked') await press();
      return false;
    },
    { everyMs: 200 },
  );
}

/** A short touch of a button to be held. Both ends of it come from the page: a test that is late between would hold it. */
export const touch = (button: Locator): Promise<void> =>
  button.evaluate(async (one) => {
    const about = { bubbles: true, pointerId: 1, isPrimary: true, button: 0 };
    one.dispatchEvent(new PointerEvent('pointerdown', about));
    await new Promise((resolve) => setTimeout(resolve, 250));
    one.dispatchEvent(new PointerEvent('pointerup', about));
    one.dispatchEvent(new MouseEvent('click', { bubbles: true, cancelable: true }));
  });

/** Through the door, as a person does. */
export async function signIn(page: Page, url: string, password: string, account = 'admin'): Promise<void> {
  // A box out of its carton leads to the wizard, where nothing else is asked for.
  await page.goto(url.includes('#') ? url : `${url}#now`);
  await page.getByLabel('Account').selectOption(account);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('navigation', { name: 'Pages' }).waitFor();
}
