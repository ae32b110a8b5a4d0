// Covers agent/web/pages/device/start.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Locator } from 'playwright-core';
import { startBox, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, signIn, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';

const PASSWORD = 'chosen-by-an-installer';

let hall: HallProcess;
let box: Box;
let browser: Browser;
let viewer: Viewer;

before(async () => {
  [hall, browser] = await Promise.all([startHallProcess(), openBrowser()]);
  box = await startBox({ device: { inputs: { 1: { source: { driver: 'off' } }, 3: { source: { driver: 'off' } } } } });
  viewer = await openViewer(browser);
});

after(async () => {
  await browser.close();
  await box.remove();
  await hall.close();
});

const next = async (step: string): Promise<void> => {
  await viewer.page.getByRole('button', { name: 'Next', exact: true }).click();
  await viewer.page.getByRole('heading', { level: 2, name: step }).waitFor();
};

test('a box out of its carton leads through language, password, name and network', async () => {
  const { page } = viewer;
  const first = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  await signIn(page, `http://127.0.0.1:${box.ports.http}/#`, first);
  await page.getByText('The box has a password of the first start').waitFor();
  await inspect(page, 'start-password');
  await page.getByLabel('New password').fill(PASSWORD);
  await page.getByLabel('Once more').fill(PASSWORD);
  await page.getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('The password of the administrator is set.').waitFor();
  await assert.rejects(readFile(join(box.data, 'first-password')), 'it counts no more');

  await next('Name of the hall');
  await page.getByRole('textbox', { name: 'Name of the hall' }).fill('Amphi D');
  await page.getByRole('button', { name: 'Next', exact: true }).click();
  await page.getByRole('heading', { level: 2, name: 'Name of the hall' }).waitFor();
  await page.getByRole('textbox', { name: 'Name of the hall' }).fill('Amphi_D');
  await inspect(page, 'start-hall');
  await next('Network');
  await page.locator('.head .hall', { hasText: 'Amphi_D' }).waitFor();
  assert.equal((await box.get<{ hall: string }>('/box')).hall, 'Amphi_D');
  await page.getByText(`rtsp://127.0.0.1:${box.ports.rtsp}/extron1`).waitFor();
  await inspect(page, 'start-network');
});

test('inputs: the picture appears while the address is typed, and words when there is none', async () => {
  const { page } = viewer;
  await next('Inputs');
  const channel = (name: string): Locator => page.locator('fieldset', { hasText: name });
  const slides = channel('Channel A');
  await slides.getByLabel('Kind').selectOption('rtsp');
  await slides.getByLabel('Address').fill('rtsp://127.0.0.1:1/slides');
  await slides.getByText('nobody listens at this address and port').waitFor();
  await inspect(page, 'start-inputs-wrong');
  await slides.getByLabel('Address').fill(hall.urls.slides);
  await slides.locator('.screen[data-shown=still]').waitFor();
  const camera = channel('Channel B');
  await camera.getByLabel('Kind').selectOption('rtsp');
  await camera.getByLabel('Address').fill(hall.urls.camera);
  await camera.locator('.screen[data-shown=still]').waitFor();
  await camera.getByLabel('Name').fill('Back wall');
  await inspect(page, 'start-inputs');
  // Going on saves what was typed.
  await next('Scheduler');
  await box.input(1, 'live');
  await box.input(3, 'live');
  assert.equal((await box.get<{ wanted: { name: string } }>('/inputs/3')).wanted.name, 'Back wall');
});

test('a scheduler that cannot be reached is told in words', async () => {
  const { page } = viewer;
  await inspect(page, 'start-scheduler');
  await page.getByLabel('Address of the server').fill('http://127.0.0.1:1');
  await page.getByRole('button', { name: 'Test this server' }).click();
  await page.locator('.checks li[data-ok=false]').getByText('nobody listens').waitFor();
  await assert.rejects(readFile(join(box.data, 'scheduler.json')), 'it is tried before it is kept');
  await page.getByRole('button', { name: 'Save and restart' }).click();
  await page.getByText('The box restarts with this server').waitFor();
  // Its port is another one after the restart: a test's box has none of its own.
  await until('it is kept', async () =>
    (await readFile(join(box.data, 'scheduler.json'), 'utf8')).includes('127.0.0.1:1'),
  );
  await box.stop();
  box = await startBox({ folder: box.folder });
  await signIn(page, `http://127.0.0.1:${box.ports.http}/#start/scheduler`, PASSWORD);
  await page.getByText('Server: http://127.0.0.1:1').waitFor();
  await page.getByRole('button', { name: 'Test the server' }).click();
  await page.locator('.checks li[data-ok=false]').getByText('nobody listens').waitFor();
  await inspect(page, 'start-scheduler-tested');
});

test('time, and a test recording that plays in the page', async () => {
  const { page } = viewer;
  await next('Time');
  await page.getByText('The clocks of the box and of this browser agree.').waitFor();
  await inspect(page, 'start-time');
  await next('Test recording');
  await page.getByRole('button', { name: 'Record ten seconds' }).click();
  await page.locator('.state', { hasText: 'Recording' }).waitFor();
  const video = page.locator('video.trial');
  await video.waitFor();
  await until(
    'it can be played',
    async () => (await video.evaluate((one) => (one as HTMLVideoElement).readyState)) >= 2,
  );
  await inspect(page, 'start-trial');
  const { recordings } = await box.get<{ recordings: { durationMs: number }[] }>('/recordings');
  assert.ok((recordings[0]?.durationMs ?? 0) > 8000);
  await page.getByRole('button', { name: 'Delete the test' }).click();
  await video.waitFor({ state: 'detached' });
  assert.equal((await box.get<{ total: number }>('/recordings')).total, 0);
  await page.getByRole('button', { name: 'Finish' }).click();
  await page.locator('.now').waitFor();
  assert.deepEqual(viewer.complaints, []);
});
