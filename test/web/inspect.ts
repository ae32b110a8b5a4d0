import assert from 'node:assert/strict';
import axe, { type AxeResults } from 'axe-core';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** `bin/test --screenshots DIR` keeps pictures of every page for a person to look at. */
const FOLDER = process.env['AMPHI_SCREENSHOTS'];
const LONG = Boolean(process.env['AMPHI_LONG']);

export const SIZES = {
  desk: { width: 1280, height: 800 },
  tablet: { width: 800, height: 1280 },
  phone: { width: 390, height: 844 },
} as const;

type Look = readonly [language: 'en' | 'fr', theme: 'light' | 'dark'];
const ALL: readonly Look[] = [
  ['fr', 'light'],
  ['en', 'dark'],
  ['fr', 'dark'],
  ['en', 'light'],
];
/** Where there is little time, one state is seen in one look and the next in the other; pictures are kept of both. */
const BRIEF: readonly (readonly Look[])[] = [[['fr', 'dark']], [['en', 'light']]];
let count = 0;

function looks(): readonly Look[] {
  if (LONG) return ALL;
  return FOLDER ? BRIEF.flat() : (BRIEF[count++ % BRIEF.length] ?? []);
}

/**
 * Looks at a page as it is now: nothing that hinders people with a keyboard, a screen reader or weak eyes, in both languages
 * and themes; nothing reaches beyond its sides on a phone. Leaves it in English and light. Dialogs hide the switches of the
 * page, so those are seen in the language they have.
 */
export async function inspect(page: Page, name: string): Promise<void> {
  // A page of the server is there before its scripts are.
  await page.waitForLoadState('load');
  const found: string[] = [];
  const covered = (await page.locator('dialog[open]').count()) > 0;
  for (const [language, theme] of looks()) {
    await page.emulateMedia({ colorScheme: theme });
    if (!covered) await speak(page, language);
    found.push(...(await mistakesOf(page)).map((mistake) => `${name} (${language}, ${theme}): ${mistake}`));
    if (FOLDER) await shoot(page, `${name}-${language}-${theme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (!covered) await speak(page, 'en');
  const before = page.viewportSize() ?? SIZES.desk;
  await page.setViewportSize(SIZES.phone);
  const tooWide = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  await page.setViewportSize(before);
  if (tooWide > 1) found.push(`${name}: ${tooWide} px beyond the side of a phone`);
  assert.deepEqual(found, []);
}

async function speak(page: Page, language: 'en' | 'fr'): Promise<void> {
  const spoken = await page.evaluate(() => document.documentElement.lang);
  if (spoken !== language) await page.locator('button.language').first().click();
  await page.locator(`html[lang=${language}]`).waitFor();
}

async function mistakesOf(page: Page): Promise<string[]> {
  // It stays in the page until another is loaded.
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { resultTypes: ['violations'], rules: { region: { enabled: true } } })`,
  );
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
}

async function shoot(page: Page, name: string): Promise<void> {
  if (!FOLDER) return;
  await mkdir(FOLDER, { recursive: true });
  const before = page.viewportSize() ?? SIZES.desk;
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    await page.waitForTimeout(150);
    await page.screenshot({ path: join(FOLDER, `${name}-${size}.png`), fullPage: true });
  }
  await page.setViewportSize(before);
}
