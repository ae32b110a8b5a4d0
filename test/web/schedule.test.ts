// Covers agent/web/pages/device/schedule, agent/web/pages/reference.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { FEW_PIXELS, startBox, type Box } from '#test/support/box.ts';
import { until } from '#test/support/until.ts';
import { openBrowser, openViewer, signIn, type Viewer } from './browser.ts';
import { inspect } from './inspect.ts';

interface Seen {
  events: { id: string; source: string; title: string; startsAtMs: number; endsAtMs: number }[];
  handOvers: { recording: string; attempt: number; step: string }[];
}

const DAY_MS = 86_400_000;
const stamp = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[-:]|\.\d+/g, '');
/** Noon in UTC, so that it is the same day in the hall. */
const NOON_MS = Math.floor(Date.now() / DAY_MS) * DAY_MS + DAY_MS / 2;
const CALENDAR = [
  'BEGIN:VCALENDAR',
  'VERSION:2.0',
  'PRODID:-//test//EN',
  'BEGIN:VEVENT',
  'UID:one@test',
  `DTSTAMP:${stamp(NOON_MS)}`,
  `DTSTART:${stamp(NOON_MS + DAY_MS)}`,
  `DTEND:${stamp(NOON_MS + DAY_MS + 5_400_000)}`,
  'SUMMARY:<b>Chimie</b> organique',
  'LOCATION:E2E',
  'END:VEVENT',
  'END:VCALENDAR',
  '',
].join('\r\n');

let feed: Server;
let box: Box;
let browser: Browser;
let viewer: Viewer;

before(async () => {
  feed = createServer((_request, response) => void response.setHeader('content-type', 'text/calendar').end(CALENDAR));
  await new Promise<void>((resolve) => feed.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(feed.address() as AddressInfo).port}/hall.ics`;
  browser = await openBrowser();
  box = await startBox({
    device: { inputs: { 1: { source: { driver: 'test', pattern: 'bars' } } }, layout: 9, encoders: FEW_PIXELS },
    config: { schedule: { opencast: { url: 'http://127.0.0.1:1' }, calendars: [{ name: 'chimie', url }] } },
  });
  viewer = await openViewer(browser);
  const password = (await readFile(join(box.data, 'first-password'), 'utf8')).trim();
  await signIn(viewer.page, `http://127.0.0.1:${box.ports.http}/`, password);
});

after(async () => {
  await browser.close();
  await box.remove();
  feed.close();
});

test('the week and the list show what is planned, and where it comes from', async () => {
  const { page } = viewer;
  await page.getByRole('link', { name: 'Schedule' }).click();
  await page.locator('.calendar').waitFor();
  await until('the calendar was read', async () => (await box.get<Seen>('/schedule')).events.length === 1);
  await page.getByRole('button', { name: 'List' }).click();
  await page.getByRole('button', { name: 'Chimie' }).click();
  await page.getByRole('dialog').getByText('From: calendar').waitFor();
  assert.equal(await page.getByRole('dialog').getByRole('heading').innerText(), '<b>Chimie</b> organique');
  await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
  await inspect(page, 'schedule-list');
});

test('an event is added on the box, moved and deleted', async () => {
  const { page } = viewer;
  const own = async () => (await box.get<Seen>('/schedule')).events.find(({ source }) => source === 'box');
  await page.getByRole('button', { name: 'Week', exact: true }).click();
  await page.getByRole('button', { name: 'Add an event…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title').fill('Conseil');
  await dialog.getByLabel('Presenter').fill('Mme Durand');
  const tomorrow = new Date(NOON_MS + DAY_MS).toISOString().slice(0, 10);
  await dialog.getByLabel('Begins').fill(`${tomorrow}T16:00`);
  await dialog.getByLabel('Ends').fill(`${tomorrow}T15:00`);
  await dialog.getByText('The end must come after the beginning.').waitFor();
  await dialog.getByLabel('Ends').fill(`${tomorrow}T17:30`);
  await inspect(page, 'schedule-add');
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByText('Event added').waitFor();
  const added = await own();
  assert.equal(added?.title, 'Conseil');
  assert.equal((added?.endsAtMs ?? 0) - (added?.startsAtMs ?? 0), 5_400_000);

  // On a Sunday it is in the week after.
  const isSunday = new Date(NOON_MS).getUTCDay() === 0;
  if (isSunday) await page.getByRole('button', { name: 'The week after' }).click();
  await page.locator('.entry', { hasText: 'Conseil' }).waitFor();
  await inspect(page, 'schedule-week');
  await page.locator('.entry', { hasText: 'Conseil' }).click();
  await dialog.getByLabel('Ends').fill(`${tomorrow}T18:00`);
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Event changed').waitFor();
  const moved = await own();
  assert.equal((moved?.endsAtMs ?? 0) - (moved?.startsAtMs ?? 0), 7_200_000);

  await page.locator('.entry', { hasText: 'Conseil' }).click();
  await dialog.getByRole('button', { name: 'Delete' }).focus();
  await page.keyboard.down('Space');
  await page.getByText('Event deleted').waitFor();
  await page.keyboard.up('Space');
  assert.equal(await own(), undefined);
});

test('a recording that cannot be handed over is told with its reason, and sent again when asked', async () => {
  const { page } = viewer;
  const { take } = await box.start({ metadata: { title: 'Thermodynamique' } });
  await new Promise((resolve) => setTimeout(resolve, 2500));
  await box.stopRecording(take);
  const row = page.locator('.hand-overs li', { hasText: 'Thermodynamique' });
  await row.locator('.mistake').waitFor();
  await inspect(page, 'schedule-hand-over');
  await row.getByRole('button', { name: 'Send now' }).click();
  await page.getByText('It is being sent').waitFor();

  await page.getByRole('button', { name: 'Test the server' }).click();
  await page.locator('.checks li[data-ok=false]').first().waitFor();
  await inspect(page, 'schedule-test');
  await row.getByRole('link', { name: 'Thermodynamique' }).click();
  await page.getByRole('button', { name: 'Send to the server' }).waitFor();
  assert.deepEqual(viewer.complaints, []);
});

test('the reference of the API can be read, and shows what a request takes', async () => {
  const { page } = viewer;
  await page.goto(`http://127.0.0.1:${box.ports.http}/api`);
  await page.getByRole('heading', { level: 1, name: 'The box’s API' }).waitFor();
  await page.getByLabel('Filter').fill('/recording/start');
  await page.locator('.operation summary').click();
  await page.getByRole('rowheader', { name: 'metadata' }).first().waitFor();
  await inspect(page, 'reference');
  const stranger = await openViewer(browser);
  await stranger.page.goto(`http://127.0.0.1:${box.ports.http}/api`);
  await stranger.page.getByText('Sign in first.').waitFor();
  await stranger.context.close();
});
