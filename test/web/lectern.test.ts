// Covers agent/web/pages/lectern.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';
import { openCable, type Cable } from '#test/support/cable.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, pressTwice, touch, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';

const TABLET = { width: 1280, height: 800 };
/** What a page that took words for markup would run. */
const TITLE = 'Été <img src=x onerror="document.title=\'taken\'">';

let box: Box;
let cable: Cable;
let browser: Browser;
let tablet: Viewer;
const url = (): string => `http://127.0.0.1:${cable.port}`;
const newCode = async (): Promise<string> => (await box.send<{ code: string }>('POST', '/lectern/codes', {})).code;
const recording = async () =>
  (await box.get<{ recording: { state: string; take: string; endsAtMs?: number } }>('/recording')).recording;
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });

before(async () => {
  const source = (pattern: string) => ({ source: { driver: 'test', pattern } });
  const started = startBox({ device: { inputs: { 1: source('bars'), 3: source('motion') }, encoders: FEW_PIXELS } });
  [box, browser] = await Promise.all([started, openBrowser()]);
  cable = await openCable(box.ports.http);
  tablet = await openViewer(browser, { size: TABLET });
});

after(async () => {
  await browser?.close();
  await cable?.close();
  await box?.remove();
});

test('a strange tablet is asked for a code; a wrong one is told, the one of the picture pairs it', async () => {
  const { page } = tablet;
  await page.goto(`${url()}/lectern`);
  await page.getByLabel('Code').fill('AAA-AAA');
  await button(page, 'Pair').click();
  await page.getByText('The box does not show this code').waitFor();
  await button(page, 'Français').click();
  await page.getByText('Ce code n’est pas').waitFor();
  await button(page, 'English').click();
  await inspect(page, 'lectern-pair');
  await page.goto(`${url()}/lectern#code=${await newCode()}`);
  await page.getByRole('heading', { name: 'E2E' }).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the code is not left in the history');
  await page.locator('.state[data-state=stopped]').getByText('Ready').waitFor();
});

test('a free recording: title, start, the time runs, mark, pause, resume, and a stop that is held', async () => {
  const { page } = tablet;
  await page.getByLabel('Title (optional)').fill(TITLE);
  await button(page, 'Record').click();
  await page.locator('.state[data-state=recording]').waitFor();
  const { take } = await recording();
  await page.locator('.state .title').getByText(TITLE).waitFor();
  await page
    .locator('.elapsed')
    .getByText(/^0:0\d:(0[2-9]|[1-5]\d)$/)
    .waitFor();
  await button(page, 'Mark').click();
  await page.getByText('Moment marked').waitFor();
  await page.locator('.picture .screen:not([data-shown=none])').waitFor();
  await inspect(page, 'lectern-recording');
  await button(page, 'Pause').click();
  await page.locator('.state[data-state=paused]').waitFor();
  await until('it is paused', async () => (await recording()).state === 'paused');
  await inspect(page, 'lectern-paused');
  await button(page, 'Resume').click();
  await page.locator('.state[data-state=recording]').waitFor();

  const stop = page.locator('#stop');
  await touch(stop);
  await page.waitForTimeout(1500);
  assert.equal((await recording()).state, 'recording', 'a touch does not stop it');
  await page.mouse.move(0, 0);
  await stop.hover();
  await page.mouse.down();
  await page.locator('.state[data-state=stopped]').waitFor();
  await page.mouse.up();
  const recorded = await box.settled(take);
  assert.equal(recorded.status, 'finished');
  assert.ok(recorded.chapters.some(({ kind }) => kind === 'mark'));
  assert.notEqual(await page.title(), 'taken');
});

test('a keyboard stops by two presses that have no length, as a screen reader makes them', async () => {
  const { page } = tablet;
  await button(page, 'Record').click();
  await page.locator('.state[data-state=recording]').waitFor();
  await page.locator('#stop').evaluate((one) => (one as HTMLElement).click());
  await page.getByText('Press again to confirm').waitFor();
  assert.equal((await recording()).state, 'recording');
  // Who does not press again has asked for nothing.
  await page.getByText('Press again to confirm').waitFor({ state: 'detached' });
  const isStopped = async (): Promise<boolean> => (await recording()).state === 'stopped';
  await pressTwice(page.locator('#stop'), isStopped);
  await page.locator('.state[data-state=stopped]').waitFor();
});

test('layouts, swap, mute and more time do what their pictures say', async () => {
  const { page } = tablet;
  await page.getByRole('button', { name: /^Layout: Inset, upper left/ }).click();
  await page
    .getByRole('button', { name: /^Layout: Inset, upper left/, pressed: undefined })
    .and(page.locator('[aria-current=true]'))
    .waitFor();
  await button(page, 'Swap slides and camera').click();
  await button(page, 'Mute the sound').click();
  await page.getByText('The sound is muted').waitFor();
  await until('the box has it all', async () => {
    const shown = await box.get<{ number: number; swapped: boolean }>('/layout');
    const { wanted } = await box.get<{ wanted: { outputMuted: boolean } }>('/audio');
    return shown.number === 5 && shown.swapped && wanted.outputMuted;
  });
  await button(page, 'Sound on again').click();
  await button(page, 'Swap slides and camera').click();
  await box.send('POST', '/recording/start', { minutes: 30, metadata: { title: 'Planned' } });
  await page.locator('.state').getByText('Planned').waitFor();
  const before = (await recording()).endsAtMs ?? 0;
  await button(page, 'Go on 15 minutes longer').click();
  await page.getByText('Goes on until').waitFor();
  assert.equal((await recording()).endsAtMs, before + 15 * 60_000);
});

test('two tablets: what one does, the other shows; what technicians do, too', async () => {
  const second = await openViewer(browser, { size: TABLET });
  await second.page.goto(`${url()}/lectern#code=${await newCode()}`);
  await second.page.locator('.state[data-state=recording]').waitFor();
  await button(second.page, 'Pause').click();
  await tablet.page.locator('.state[data-state=paused]').waitFor();
  await box.send('POST', '/recording/stop', {});
  for (const { page } of [tablet, second]) await page.locator('.state[data-state=stopped]').waitFor();
  await second.context.close();
});

test('the network goes and comes: told plainly, a tap in between is done once, and the page is itself again', async () => {
  const { page } = tablet;
  await button(page, 'Record').click();
  await page.locator('.state[data-state=recording]').waitFor();
  cable.pull();
  await page.getByRole('alert').getByText('The tablet has not heard the box').waitFor();
  await inspect(page, 'lectern-away');
  const marks = async (): Promise<number> => {
    const { take } = await recording();
    return (await box.recording(take)).chapters.filter(({ kind }) => kind === 'mark').length;
  };
  await button(page, 'Mark').click();
  assert.equal(await marks(), 0);
  cable.plug();
  await page.getByText('Moment marked').waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await until('the mark is set', async () => (await marks()) > 0);
  assert.equal(await marks(), 1);
});

test('a pairing that is taken back shows the question for a code', async () => {
  const { page, complaints } = tablet;
  const { pairings } = await box.get<{ pairings: { id: string }[] }>('/lectern/pairings');
  for (const { id } of pairings)
    assert.equal((await box.raw(`/lectern/pairings/${id}`, { method: 'DELETE' })).status, 204);
  await page.getByLabel('Code').waitFor();
  assert.equal((await recording()).state, 'recording', 'what is recorded goes on');
  assert.deepEqual(complaints, []);
});

test('the page is light, asks nothing of other hosts, and can be kept on a home screen', async () => {
  const { page, context } = await openViewer(browser, { size: TABLET });
  let scriptBytes = 0;
  const foreign: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url()) && !request.url().startsWith('blob:')) foreign.push(request.url());
  });
  page.on('response', (response) => {
    if (!response.url().endsWith('.js')) return;
    void response.body().then((body) => (scriptBytes += body.length));
  });
  await page.goto(`${url()}/lectern`);
  await page.getByLabel('Code').waitFor();
  await until('the scripts were read', () => scriptBytes > 10_000);
  assert.ok(scriptBytes < 65_000, `${scriptBytes} bytes of script`);
  assert.deepEqual(foreign, []);
  const manifest = await page.locator('link[rel=manifest]').getAttribute('href');
  const { icons, display } = (await (await fetch(`${url()}${manifest}`)).json()) as {
    icons: { src: string; type: string }[];
    display: string;
  };
  assert.equal(display, 'standalone');
  for (const { src, type } of icons) assert.equal((await fetch(`${url()}${src}`)).headers.get('content-type'), type);
  await context.close();
});
