// Covers agent/web/pages/device/layouts.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import sharp from 'sharp';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, pressTwice, signIn, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';

interface Shown {
  layout: {
    windows: { channel: string; rect: Rect }[];
    overlays: { name: string; kind: string; rect: Rect; template?: string }[];
  };
}
interface Rect {
  x: number;
  y: number;
  width: number;
  height: number;
}

let box: Box;
let browser: Browser;
let viewer: Viewer;

before(async () => {
  browser = await openBrowser();
  const pattern = (name: string): object => ({ source: { driver: 'test', pattern: name } });
  box = await startBox({
    device: { inputs: { 1: pattern('bars'), 3: pattern('motion') }, layout: 9, encoders: FEW_PIXELS },
  });
  viewer = await openViewer(browser);
  const password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  await signIn(viewer.page, `http://127.0.0.1:${box.ports.http}/`, password);
  await viewer.page.getByRole('link', { name: 'Layouts' }).click();
  await viewer.page.locator('.canvas .thing').first().waitFor();
});

after(async () => {
  await browser.close();
  await box.remove();
});

/** Takes something by a place of it and moves the hand by so many parts of the canvas. */
async function drag(thing: Locator, by: { x: number; y: number }): Promise<void> {
  const { page } = viewer;
  const [from, room] = [await thing.boundingBox(), await page.locator('.canvas').boundingBox()];
  assert.ok(from && room);
  const [x, y] = [from.x + from.width / 2, from.y + from.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + by.x * room.width * 0.5, y + by.y * room.height * 0.5);
  await page.mouse.move(x + by.x * room.width, y + by.y * room.height);
  await page.mouse.up();
}

test('a window is added, sized by its corner, laid on the safe area, and shown at once', async () => {
  const { page } = viewer;
  await inspect(page, 'layouts');
  await page.getByRole('button', { name: '+ Window B' }).click();
  const window = page.locator('.thing[data-selected=true]');
  await drag(window.locator('.grip.se'), { x: -0.15, y: -0.15 });
  await drag(window, { x: 0.345, y: -0.256 });
  await inspect(page, 'layouts-drawn');
  await page.getByRole('button', { name: 'Show it now' }).click();
  await page.getByText('On show', { exact: true }).waitFor();
  const { layout } = await box.get<Shown>('/layout');
  assert.deepEqual(
    layout.windows.map(({ channel }) => channel),
    ['A', 'B'],
  );
  const rect = layout.windows[1]?.rect;
  assert.ok(
    rect && Math.abs(rect.width - 0.25) < 0.02 && Math.abs(rect.width - rect.height) < 0.001,
    JSON.stringify(rect),
  );
  assert.ok(Math.abs(rect.y - 0.05) < 0.001, `on the line of the safe area: ${rect.y}`);
});

test('keys move, size and remove; undo brings back', async () => {
  const { page } = viewer;
  const window = page.getByRole('button', { name: 'Window B', exact: true });
  const left = page.getByLabel('X', { exact: true });
  await window.focus();
  const before = Number(await left.inputValue());
  await page.keyboard.press('Shift+ArrowLeft');
  await until('it is moved', async () => Math.abs(Number(await left.inputValue()) - (before - 2.5)) < 0.02);
  await page.keyboard.press('Delete');
  await window.waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Undo' }).click();
  await window.waitFor();
});

test('words and a logo, uploaded here, are saved as layout 14 without being shown', async () => {
  const { page } = viewer;
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Add a file…' }).click(),
  ]);
  const png = await sharp({ create: { width: 60, height: 30, channels: 4, background: '#ff0000' } })
    .png()
    .toBuffer();
  await chooser.setFiles({ name: 'Université.png', mimeType: 'image/png', buffer: png });
  await page.getByText('“Universite.png” was added').waitFor();
  const [again] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Add a file…' }).click(),
  ]);
  await again.setFiles({ name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<html><script>1</script>') });
  await page.locator('.toast[data-kind=trouble]').waitFor();
  await page.locator('.toast[data-kind=trouble] button').click();

  await page.getByRole('button', { name: '+ Text' }).click();
  await page.getByRole('textbox', { name: 'Text' }).fill('{title} — {presenter}');
  await page.getByRole('button', { name: '+ Logo' }).click();
  await page.getByLabel('File', { exact: true }).selectOption('Universite.png');
  await inspect(page, 'layouts-logo');
  await page.getByRole('button', { name: 'Save as…' }).click();
  await page.getByLabel('Number').selectOption('14');
  await page.getByLabel('Name', { exact: true }).fill('Débat');
  await inspect(page, 'layouts-save');
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved as 14').waitFor();
  const preset = await box.get<Shown['layout'] & { name: string; source: string }>('/layouts/14');
  assert.deepEqual([preset.name, preset.source], ['Débat', 'user']);
  assert.ok(preset.overlays.some(({ template }) => template === '{title} — {presenter}'));
  assert.ok(preset.overlays.some(({ kind }) => kind === 'logo'));
  const { layout } = await box.get<Shown>('/layout');
  assert.ok(!layout.overlays.some(({ template }) => template === '{title} — {presenter}'), 'it is not shown');

  await page.locator('.head').getByText('Ready').waitFor();
  const remove = page.getByRole('button', { name: /^Delete Press/ });
  await pressTwice(remove, async () => (await box.get<{ source: string }>('/layouts/14')).source === 'factory');
  assert.deepEqual(viewer.complaints, []);
});
