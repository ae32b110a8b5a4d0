// Covers agent/web/pages/device/settings.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import type { Browser, Download, Locator } from 'playwright-core';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, signIn, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';

const SECRET = 'Sesam-0815';
const PASSWORD = 'a-password-of-my-own';

let box: Box;
let browser: Browser;
let viewer: Viewer;
const url = (): string => `http://127.0.0.1:${box.ports.http}/`;

before(async () => {
  browser = await openBrowser();
  const camera = { driver: 'rtsp', url: 'rtsp://127.0.0.1:1/camera', user: 'amphi', password: SECRET };
  box = await startBox({
    device: {
      inputs: { 1: { source: { driver: 'test', pattern: 'bars' } }, 4: { name: 'Second', source: camera } },
      encoders: FEW_PIXELS,
    },
  });
  viewer = await openViewer(browser);
  await signIn(viewer.page, url(), (await readFile(join(box.data, 'first-password'), 'utf8')).trim());
  await viewer.page.getByRole('link', { name: 'Settings' }).click();
});

after(async () => {
  await browser.close();
  await box.remove();
});

const section = (name: string): Promise<void> =>
  viewer.page.getByRole('navigation', { name: 'Sections' }).getByRole('link', { name, exact: true }).click();

/** A fold that is called as its section is says nothing. */
async function assertNoFold(name: string): Promise<void> {
  const titles = await viewer.page.locator('.section summary').allInnerTexts();
  assert.ok(!titles.includes(name), titles.join());
}

async function saved(link: Locator): Promise<Download> {
  const [download] = await Promise.all([viewer.page.waitForEvent('download'), link.click()]);
  return download;
}

test('a setting is changed: marked, its mistakes where they are, what will happen first, and then it is so', async () => {
  const { page } = viewer;
  await section('Encoders');
  const archive = page.locator('.fold', { has: page.locator('summary', { hasText: 'Archive' }) }).last();
  const rate = archive.getByLabel('Video bit rate');
  await rate.waitFor();
  await assertNoFold('Encoders');
  await inspect(page, 'settings-encoders');
  await rate.fill('99');
  await page.getByText('1 mistake to mend').waitFor();
  assert.equal(await rate.getAttribute('aria-invalid'), 'true');
  await inspect(page, 'settings-mistake');
  await rate.fill('1500');
  await page.getByText('1 mistake to mend').waitFor({ state: 'detached' });
  await page.getByText('1 change', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page
    .getByRole('dialog')
    .getByText(/750 kb\/s → 1500 kb\/s/)
    .waitFor();
  await page.getByRole('dialog').getByText('The encoder starts anew').waitFor();
  await inspect(page, 'settings-apply');
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Settings applied').waitFor();
  const { wanted } = await box.get<{ wanted: { videoKbps: number } }>('/encoders/archive');
  assert.equal(wanted.videoKbps, 1500);
});

test('every section is there, and an input is given another source', async () => {
  const { page } = viewer;
  for (const name of [
    'Hall',
    'Picture',
    'Sound',
    'Streams',
    'Control',
    'Schedule and server',
    'Files and disks',
    'Time',
    'Machine',
  ]) {
    await section(name);
    await page.getByRole('heading', { level: 2, name, exact: true }).waitFor();
    await page.locator('.section .form').first().waitFor();
    await assertNoFold(name);
    await inspect(page, `settings-${name.toLowerCase()}`);
  }
  await section('Inputs');
  await page.locator('summary', { hasText: '2 ·' }).waitFor();
  await assertNoFold('Inputs');
  await page.locator('summary', { hasText: '2 ·' }).click();
  const input = page.locator('.fold', { has: page.locator('summary', { hasText: '2 ·' }) }).last();
  await input.getByLabel('Kind of source').selectOption('test');
  await inspect(page, 'settings-inputs');
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('dialog').getByText('The input is connected anew').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Settings applied').waitFor();
  // The words may still be those of an earlier change.
  const source = async (): Promise<Record<string, string>> =>
    (await box.get<{ wanted: { source: Record<string, string> } }>('/inputs/2')).wanted.source;
  await until('it is another source', async () => (await source())['driver'] === 'test');
  assert.deepEqual(await source(), { driver: 'test', pattern: 'bars' });
});

test('backup and restore: the file is whole, a bad one is told of, a good one says first what it changes', async () => {
  const { page } = viewer;
  await section('Backup');
  const file = await saved(page.getByRole('link', { name: 'Download the backup' }));
  const text = await readFile(await file.path(), 'utf8');
  assert.match(text, /videoKbps: 1500/);
  assert.match(text, new RegExp(SECRET), 'a backup that lacks its secrets restores nothing');
  const restore = async (content: string): Promise<void> => {
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Restore a file…' }).click(),
    ]);
    await chooser.setFiles({ name: 'box.yaml', mimeType: 'application/yaml', buffer: Buffer.from(content) });
  };
  await restore('hall: ÉTÉ!\ndevice: { layout: 99 }\n');
  await page.getByText('This file has mistakes').waitFor();
  assert.equal(await page.locator('.mistakes li').count(), 2);
  await inspect(page, 'settings-backup');
  await restore(text.replace('videoKbps: 1500', 'videoKbps: 1200'));
  await page
    .getByRole('dialog')
    .getByText(/1500 kb\/s → 1200 kb\/s/)
    .waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click();
  await page.getByText('Settings applied').waitFor();
  // The words may still be those of an earlier change.
  const kbps = async (): Promise<number> =>
    (await box.get<{ wanted: { videoKbps: number } }>('/encoders/archive')).wanted.videoKbps;
  await until('the restored rate counts', async () => (await kbps()) === 1200);
});

test('certificate, log and support bundle; no secret is in what is handed on', async () => {
  const { page } = viewer;
  await section('Certificate');
  await page.getByText('Made by the box').waitFor();
  await page.getByLabel('Private key and certificate').fill('nonsense');
  await page.getByRole('button', { name: 'Install' }).click();
  await page.getByText('there is no private key').waitFor();
  await page.locator('.toast[data-kind=trouble] button').click();
  await inspect(page, 'settings-certificate');

  await section('Log');
  await page.locator('.log li').first().waitFor();
  await page.getByLabel('Filter').fill('encoder chosen');
  await until('only those lines are left', async () =>
    (await page.locator('.log li').allInnerTexts()).every((one) => one.includes('encoder chosen')),
  );
  await inspect(page, 'settings-log');
  assert.match(
    await readFile(await (await saved(page.getByRole('link', { name: 'Download the log' }))).path(), 'utf8'),
    /encoder chosen/,
  );

  await section('Service');
  await inspect(page, 'settings-service');
  const bundle = await saved(page.getByRole('link', { name: 'Download the bundle' }));
  const { stdout } = await promisify(execFile)('python3', [
    '-c',
    'import sys,zipfile\nz=zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nprint(z.namelist())\nfor n in z.namelist(): print(z.read(n).decode())',
    await bundle.path(),
  ]);
  assert.match(stdout, /state\.json/);
  assert.match(stdout, /encoder chosen/);
  assert.doesNotMatch(stdout, new RegExp(SECRET));
});

test('passwords: a user gets one, signs in, and may not change settings', async () => {
  const { page } = viewer;
  await section('Passwords');
  await page.getByText('The password of the first start still counts').waitFor();
  const account = (name: string): Locator =>
    page.locator('section.card', { has: page.getByRole('heading', { name, exact: true }) });
  await account('user').getByLabel('New password').fill(PASSWORD);
  await account('user').getByLabel('Once more').fill('another');
  await account('user').getByText('The two are not the same.').waitFor();
  await inspect(page, 'settings-passwords');
  await account('user').getByLabel('Once more').fill(PASSWORD);
  await account('user').getByRole('button', { name: 'Set the password' }).click();
  await page.getByText('Password set').waitFor();

  const other = await openViewer(browser);
  await signIn(other.page, url(), PASSWORD, 'user');
  assert.equal(await other.page.getByRole('link', { name: 'Settings' }).count(), 0, 'a way that leads nowhere is none');
  await other.page.evaluate(() => void (location.hash = '#settings'));
  await other.page.getByText('Settings are for the administrator.').waitFor();
  await inspect(other.page, 'settings-user');
  await other.page.getByRole('button', { name: 'Sign out' }).click();
  await other.page.getByRole('button', { name: 'Sign in' }).waitFor();
  await other.context.close();
});

test('the box restarts when it is told to, and the page comes back by itself', async () => {
  const { page } = viewer;
  await section('Service');
  const restart = page.getByRole('button', { name: 'Restart the box' });
  await restart.evaluate((button) => (button as HTMLElement).click());
  await page.getByText('Press again to confirm').waitFor();
  await restart.evaluate((button) => (button as HTMLElement).click());
  await page.getByText('The box restarts…').waitFor();
  await page.getByText('Connection lost').waitFor();
  assert.deepEqual(viewer.complaints, []);
});
