import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { scheduleSchema } from '#firmware-config/schema/machine/schedule.ts';
import { writeCalendar } from '#lib/opencast/calendars/calendar-write.ts';
import { lecture } from '#test/support/opencast/server.ts';
import { openScheduleRig, type ScheduleRig } from '#test/support/schedule-rig.ts';
import { until } from '#test/support/until.ts';
import { folderFor } from '../samples.ts';

const HOUR_MS = 3_600_000;
const text = (): string => writeCalendar([lecture('a', Date.now() + HOUR_MS, Date.now() + 2 * HOUR_MS)], Date.now());

interface Place {
  url: string;
  asked: IncomingMessage[];
}

/** A server that answers each path: a status and where to, or a calendar. */
async function serve(t: TestContext, paths: Record<string, [status: number, location?: string]>): Promise<Place> {
  const asked: IncomingMessage[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request);
    const [status, location] = paths[request.url ?? ''] ?? [404];
    response.writeHead(status, location === undefined ? {} : { location }).end(status === 200 ? text() : '');
  }).listen(0, '127.0.0.1');
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  await until('it listens', () => server.listening);
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const feed = (url: string, more: object = {}) => ({
  settings: { calendars: [{ name: 'faculty', url, pollSeconds: 2, ...more }] },
});
const known = ({ schedule }: ScheduleRig): string[] => schedule.view().events.map(({ id }) => id);
const sourceOf = ({ schedule }: ScheduleRig) => schedule.view().sources.find(({ name }) => name === 'faculty');

for (const status of [301, 302, 303, 307, 308]) {
  test(`a feed that is elsewhere (${status}) is found there; a move for good is told`, async (t) => {
    const { url, asked } = await serve(t, {
      '/a.ics': [status, '/calendar-login/b.ics?token=secret'],
      '/calendar-login/b.ics?token=secret': [200],
    });
    await using rig = await openScheduleRig(feed(`${url}/a.ics`));
    await until('it is known', () => known(rig)[0] === 'a');
    assert.deepEqual(
      asked.slice(0, 2).map((one) => one.url),
      ['/a.ics', '/calendar-login/b.ics?token=secret'],
    );
    const told = JSON.stringify(sourceOf(rig)?.complaints);
    assert.equal(
      told.includes(`the calendar has moved to ${url}/calendar-login/b.ics?…`),
      status === 301 || status === 308,
    );
    assert.ok(!told.includes('secret'));
  });
}

test('a password goes to the host of the configuration alone', async (t) => {
  const other = await serve(t, { '/b.ics': [200] });
  const own = await serve(t, { '/a.ics': [302, '/c.ics'], '/c.ics': [302, `${other.url}/b.ics`] });
  const secret = join(await folderFor(t), 'password');
  await writeFile(secret, 'geheim\n', { mode: 0o600 });
  await using rig = await openScheduleRig(feed(`${own.url}/a.ics`, { user: 'box', passwordFile: secret }));
  await until('it is known', () => known(rig)[0] === 'a');
  assert.ok(own.asked.every(({ headers }) => headers.authorization?.startsWith('Basic ')));
  assert.deepEqual(
    own.asked.slice(0, 2).map((one) => one.url),
    ['/a.ics', '/c.ics'],
  );
  assert.ok(other.asked.length > 0 && other.asked.every(({ headers }) => headers.authorization === undefined));
});

test('a circle, and what is no address, are told as what they are', async (t) => {
  const { url, asked } = await serve(t, {
    '/a.ics': [302, '/b.ics'],
    '/b.ics': [302, '/a.ics'],
    '/c.ics': [302, 'ftp://x/'],
    '/d.ics': [302],
    '/e.ics': [401],
  });
  for (const [path, error] of [
    ['a', /redirects more than 5 times: it leads in a circle/],
    ['c', /redirects \(302\) to what is no web address/],
    ['d', /redirects \(302\) to what is no web address/],
    ['e', /user or password are wrong/],
  ] as const) {
    await using rig = await openScheduleRig(feed(`${url}/${path}.ics`));
    await until('it is told', () => error.test(sourceOf(rig)?.error ?? ''));
  }
  assert.ok(asked.length < 200, 'a circle is left');
});

test('addresses are asked as they are, with blanks around them, and webcal is HTTPS', () => {
  const urlOf = (url: string): string | undefined =>
    scheduleSchema.parse({ calendars: [{ name: 'x', url }] }).calendars[0]?.url;
  assert.equal(urlOf('http://h/b.ics?x=1/'), 'http://h/b.ics?x=1/');
  assert.equal(urlOf(' https://h/remote.php/cal/ '), 'https://h/remote.php/cal/');
  assert.equal(urlOf('webcal://h/b.ics'), 'https://h/b.ics');
  assert.equal(urlOf('WEBCALS://h/b.ics'), 'https://h/b.ics');
  for (const url of ['ftp://h/b.ics', 'h/b.ics', 'webcal:', 'https://user:x@h/b.ics', 'webcal://user@h/b'])
    assert.throws(() => urlOf(url), /./, url);
});

test('of a feed of many halls the box takes its own, in any spelling', async (t) => {
  const halls = ['Amphi_D', 'Amphi  D', 'Amphi D (220 places)', 'Amphi D, Amphi E', 'Amphi E'];
  const events = halls.map((location, n) =>
    lecture(`e${n}`, Date.now() + (n + 1) * HOUR_MS, Date.now() + (n + 1.5) * HOUR_MS, { location }),
  );
  const server = createServer((_, response) => response.end(writeCalendar(events, Date.now()))).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await until('it listens', () => server.listening);
  await using rig = await openScheduleRig(
    feed(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { location: 'Amphi D' }),
  );
  await until('they are known', () => known(rig).length > 0);
  assert.deepEqual(known(rig), ['e0', 'e1', 'e2', 'e3']);
});

test('"not changed" (304) to a box that knows nothing of it is told in words, and the next answer counts', async (t) => {
  const paths: Record<string, [status: number, location?: string]> = { '/a.ics': [304] };
  const { url } = await serve(t, paths);
  await using rig = await openScheduleRig(feed(`${url}/a.ics`));
  await until('it is told', () => /nothing was known of it: it is asked again/.test(sourceOf(rig)?.error ?? ''));
  paths['/a.ics'] = [200];
  await until('it is known', () => known(rig)[0] === 'a');
});
