// Covers agent/web/pages/device/now, agent/web/pages/device/recordings.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { startBox, type Box } from '#test/support/box.ts';
import { startHallProcess, type HallProcess } from '#test/support/hall.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, signIn, touch, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';
import { openWire, type Wire } from './wire.ts';

const PRESENTER = 'É. Clapeyron';
/** What a page that took words for markup would run. */
const TITLE = '<img src=x onerror="document.title=\'taken\'">';

let hall: HallProcess;
let box: Box;
let browser: Browser;
let viewer: Viewer;
let password: string;
let wire: Wire;
const url = (): string => `http://127.0.0.1:${wire.port}/`;

before(async () => {
  [hall, browser] = await Promise.all([startHallProcess(), openBrowser()]);
  box = await startBox({ device: { inputs: hall.inputs, encoders: { archive: { widthPx: 640, heightPx: 360 } } } });
  wire = await openWire(box.ports.http);
  password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  viewer = await openViewer(browser);
});

after(async () => {
  await browser.close();
  await wire.close();
  await box.remove();
  await hall.close();
});

test('the door: a wrong password is told, the right one opens, and nothing is asked of others', async () => {
  const { page } = viewer;
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url()) && !request.url().startsWith('blob:')) foreign.push(request.url());
  });
  await page.goto(`${url()}#now`);
  await page.getByLabel('Password').fill('not this one');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('alert').getByText('This is not the password of this account.').waitFor();
  await page.getByRole('button', { name: 'Français' }).click();
  await page.getByRole('alert').getByText('Ce mot de passe n’est pas').waitFor();
  await page.getByRole('button', { name: 'English' }).click();
  await inspect(page, 'door');
  await signIn(page, url(), password);
  const cookies = await viewer.context.cookies();
  assert.deepEqual(
    cookies.map(({ httpOnly, sameSite }) => [httpOnly, sameSite]),
    [[true, 'Strict']],
  );
  assert.deepEqual(foreign, []);
});

test('the picture moves, the meters show the sound, and both sources are told', async () => {
  const { page } = viewer;
  await page.locator('.stage .screen[data-shown=video]').waitFor();
  const at = async (): Promise<number> =>
    page.locator('.stage video').evaluate((video) => (video as HTMLVideoElement).currentTime);
  const first = await at();
  await until('the picture moves', async () => (await at()) > first + 0.5);
  await page.locator('.source .screen[data-shown=still]').nth(1).waitFor();
  await page.getByText('640×360, 15 fps, h264').first().waitFor();
  await until('a meter shows sound', async () => {
    const texts = await page
      .getByRole('meter')
      .evaluateAll((all) => all.map((one) => one.getAttribute('aria-valuenow')));
    return texts.some((text) => Number(text) > -50);
  });
  await inspect(page, 'now');
});

test('layouts, swap, inputs and sound are changed by a press, and the box has them', async () => {
  const { page } = viewer;
  const { wanted } = await box.get<{ wanted: { layoutNumber: number } }>('/state');
  assert.equal(wanted.layoutNumber, 7);
  await page.getByRole('button', { name: /^9\. / }).click();
  await page.locator('button[aria-current=true]', { hasText: '9. ' }).waitFor();
  await page.getByRole('button', { name: 'Swap A and B' }).click();
  await page.locator('button[aria-pressed=true]', { hasText: 'Swap' }).waitFor();
  await page.getByLabel('Sound from').selectOption('B');
  await page.locator('.source').first().getByLabel('Blank the picture').check();
  await until('the box has it all', async () => {
    const { wanted } = await box.get<{ wanted: Record<string, unknown> }>('/state');
    const { layoutNumber, swapped, audio, muted } = wanted;
    return (
      JSON.stringify([layoutNumber, swapped, (audio as { from: string }).from, muted]) ===
      '[9,true,"B",{"A":true,"B":false}]'
    );
  });
  await box.send('PATCH', '/channels', { muted: { A: false }, swapped: false });
  await page.locator('button[aria-pressed=false]', { hasText: 'Swap' }).waitFor();
});

test('a recording: begun, paused, marked and stopped by hand; its words are words', async () => {
  const { page } = viewer;
  await page.getByLabel('Title (optional)').fill(TITLE);
  await page.getByLabel('Presenter').fill(PRESENTER);
  await page.getByLabel('Length').fill('30');
  await page.getByRole('button', { name: 'Record', exact: true }).click();
  await page.locator('.state', { hasText: 'Recording' }).waitFor();
  await page.locator('.recorder .what').getByText(TITLE).waitFor();
  await until('it is counted', async () =>
    /0:0[0-9]:(0[2-9]|[1-5][0-9])/.test(await page.locator('.recorder time').innerText()),
  );
  await page.getByRole('button', { name: 'Mark' }).click();
  await page.getByText('Moment marked').waitFor();
  await page.getByRole('button', { name: '+ 15 min' }).click();
  await page.getByText('Extended by 15 minutes').waitFor();
  await inspect(page, 'now-recording');
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('.state', { hasText: 'Paused' }).waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.locator('.state', { hasText: 'Recording' }).waitFor();
  await page.waitForTimeout(1500);

  const stop = page.getByRole('button', { name: 'Stop' });
  await touch(stop);
  await page.waitForTimeout(1500);
  assert.equal(
    (await box.get<{ recording: { wanted: string } }>('/recording')).recording.wanted,
    'recording',
    'a touch is no hold',
  );
  await stop.hover();
  await page.mouse.down();
  await page.locator('.state', { hasText: /Finishing|Ready/ }).waitFor();
  await page.mouse.up();
  const { recordings } = await box.get<{ recordings: { id: string; metadata: Record<string, string> }[] }>(
    '/recordings',
  );
  assert.deepEqual([recordings[0]?.metadata['title'], recordings[0]?.metadata['presenter']], [TITLE, PRESENTER]);
  const { chapters, status } = await box.settled(recordings[0]?.id ?? '');
  assert.deepEqual([chapters.length, status], [2, 'finished']);
  assert.notEqual(await page.title(), 'taken');
});

test('recordings: found, played at a chapter, downloaded in part, described anew, deleted', async () => {
  const { page } = viewer;
  await page.getByRole('link', { name: 'Recordings' }).click();
  await inspect(page, 'recordings');
  await page.getByLabel('Search').fill('clapeyron onerror');
  await page.locator('.item').click();
  await page.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  const video = page.locator('.player video');
  await until(
    'it can be played',
    async () => (await video.evaluate((one) => (one as HTMLVideoElement).readyState)) >= 2,
  );
  await page.locator('.chapters button').first().click();
  await until(
    'it stands at the mark',
    async () => (await video.evaluate((one) => (one as HTMLVideoElement).currentTime)) > 1,
  );
  await video.evaluate((one) => (one as HTMLVideoElement).play());
  const from = await video.evaluate((one) => (one as HTMLVideoElement).currentTime);
  await until(
    'it plays',
    async () => (await video.evaluate((one) => (one as HTMLVideoElement).currentTime)) > from + 0.2,
  );
  await video.evaluate((one) => (one as HTMLVideoElement).pause());
  await inspect(page, 'recording');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.locator('.files li', { hasText: '.mp4' }).first().getByRole('link', { name: 'Download' }).click(),
  ]);
  assert.match(download.suggestedFilename(), /_S1R1\.mp4$/);
  assert.equal((await readFile(await download.path())).toString('latin1', 4, 8), 'ftyp');

  await page.getByLabel('Title', { exact: true }).fill('Thermodynamique II');
  await page.getByRole('button', { name: 'Save the description' }).click();
  await page.getByRole('heading', { level: 1, name: 'Thermodynamique II' }).waitFor();
  const { recordings } = await box.get<{ recordings: { id: string; base: string; parts: { folder: string }[] }[] }>(
    '/recordings',
  );
  const {
    base,
    parts: [part],
  } = recordings[0]!;
  await until('the manifest says it', async () =>
    (await readFile(join(part!.folder, `${base}.json`), 'utf8')).includes('Thermodynamique II'),
  );

  await page.getByRole('button', { name: 'Delete…' }).click();
  await page.getByText('there is no other copy').waitFor();
  await inspect(page, 'recording-delete');
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('No recordings yet.').waitFor();
  assert.equal((await box.get<{ total: number }>('/recordings')).total, 0);
  await until('its files are gone', () =>
    readFile(join(part!.folder, `${base}.json`)).then(
      () => false,
      () => true,
    ),
  );
});

test('a network that is cut is told, and all is there again when it is back', async () => {
  const { page } = viewer;
  await page.getByRole('link', { name: 'Now' }).click();
  await page.locator('.now').waitFor();
  await hall.command('camera kill');
  await page.locator('.alarms li').first().waitFor();
  await inspect(page, 'now-alarm');
  await hall.command('all back');
  wire.cut();
  await page.getByText('Connection lost').waitFor();
  await box.send('POST', '/layouts/10/recall');
  await inspect(page, 'now-away');
  wire.mend();
  await page.getByText('Connection lost').waitFor({ state: 'detached' });
  await page.locator('button[aria-current=true]', { hasText: '10. ' }).waitFor();
  assert.deepEqual(viewer.complaints, []);
});
