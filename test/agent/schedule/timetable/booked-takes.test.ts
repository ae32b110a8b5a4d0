import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import {
  openBookedTakes,
  type BookedTakes,
  type BookedTakeEvent,
  type BookedTakesOptions,
} from '#agent/schedule/timetable/booked-takes.ts';
import type { Planned } from '#agent/schedule/timetable/timetable.ts';
import { silentLog } from '#lib/runtime/log.ts';

const folder = await mkdtemp(join(tmpdir(), 'amphi-booked-takes-'));
const opened: BookedTakes[] = [];
after(async () => {
  await Promise.all(opened.map((takes) => takes.close()));
  await rm(folder, { recursive: true });
});
const START_MS = Date.UTC(2026, 10, 20, 8);
let files = 0;

const booking = (id: string, title = `Title of ${id}`): Planned => ({
  id,
  uid: id,
  title,
  presenters: [],
  workflowConfiguration: {},
  devices: [],
  source: 'opencast',
  startsAtMs: START_MS,
  endsAtMs: START_MS + 3_600_000,
});

function optionsOf(more: Partial<BookedTakesOptions> = {}): BookedTakesOptions & { events: BookedTakeEvent[] } {
  const events: BookedTakeEvent[] = [];
  return {
    file: join(folder, `${++files}.json`),
    nowMs: () => START_MS,
    log: silentLog,
    mayGoOn: () => true,
    onEvent: (event) => void events.push(event),
    earlier: [],
    events,
    ...more,
  };
}

async function open(options: BookedTakesOptions): Promise<BookedTakes> {
  const takes = await openBookedTakes(options);
  opened.push(takes);
  return takes;
}

test('which take records which booking is known after a restart, with the words that it has now', async () => {
  const options = optionsOf();
  const takes = await open(options);
  takes.begin('take-1', booking('a'));
  takes.update('take-1', booking('a', 'Another title'));
  takes.update('nobody', booking('b'));
  await takes.close();
  const again = await open(options);
  assert.equal(again.bookingOf('take-1')?.title, 'Another title');
  assert.equal(again.bookingOf('nobody'), undefined);
  assert.deepEqual(
    options.events.map(({ event, take }) => [event, take]),
    [
      ['began', 'take-1'],
      ['changed', 'take-1'],
    ],
  );
});

test('a take that was cut short is gone on with: the newest of its booking, not one from before the slot', async () => {
  const clock = { nowMs: START_MS - 3000 };
  const takes = await open(optionsOf({ nowMs: () => clock.nowMs }));
  takes.begin('before', booking('a'));
  assert.equal(takes.unfinished(booking('a'), START_MS), undefined);
  clock.nowMs = START_MS - 900;
  takes.begin('in time', booking('a'));
  clock.nowMs = START_MS + 60_000;
  takes.begin('other', booking('b'));
  assert.equal(takes.unfinished(booking('a'), START_MS), 'in time');
  takes.begin('newest', booking('a'));
  takes.ended('newest', 'done');
  assert.equal(takes.unfinished(booking('a'), START_MS), 'newest');
});

test('a take that goes on keeps the moment at which it began', async () => {
  const clock = { nowMs: START_MS };
  const takes = await open(optionsOf({ nowMs: () => clock.nowMs }));
  takes.begin('take', booking('a'));
  clock.nowMs += 600_000;
  takes.begin('take', booking('a'));
  assert.equal(takes.unfinished(booking('a'), START_MS + 300_000), undefined);
});

test('a take is not gone on with when its booking was cancelled or moved, or when it is being handed over', async () => {
  const gone = new Set<string>();
  const takes = await open(optionsOf({ mayGoOn: (take) => !gone.has(take) }));
  for (const why of ['cancelled', 'moved'] as const) {
    takes.begin(why, booking(why));
    assert.equal(takes.unfinished(booking(why), START_MS), why);
    takes.ended(why, why);
    assert.equal(takes.unfinished(booking(why), START_MS), undefined);
  }
  takes.begin('sent', booking('c'));
  gone.add('sent');
  assert.equal(takes.unfinished(booking('c'), START_MS), undefined);
});

test('a take that begins again after a cancelled booking came back may be gone on with', async () => {
  const takes = await open(optionsOf());
  takes.begin('take', booking('a'));
  takes.ended('take', 'cancelled');
  takes.begin('take', booking('a'));
  assert.equal(takes.unfinished(booking('a'), START_MS), 'take');
});

test('the newest 500 takes are kept, whatever the clock says, and a file that cannot be read is none', async () => {
  const clock = { nowMs: 0 };
  const options = optionsOf({ nowMs: () => clock.nowMs });
  await writeFile(options.file, '{ "no": "list"');
  const takes = await open(options);
  for (let count = 1; count <= 500; count++) takes.begin(`take-${count}`, booking(`b-${count}`));
  clock.nowMs = START_MS;
  takes.update('take-1', booking('b-1'));
  takes.begin('new', booking('b'));
  assert.ok(takes.bookingOf('take-1'), 'one that began in 1970 and still runs');
  await takes.close();
  assert.deepEqual(
    (JSON.parse(await readFile(options.file, 'utf8')) as { take: string }[]).map(({ take }) => take).slice(-2),
    ['take-1', 'new'],
  );
});

test('bookings that an earlier version kept with the hand-overs count until the file knows better', async () => {
  const options = optionsOf({ earlier: [{ take: 'take', booking: booking('a'), atMs: START_MS }] });
  const takes = await open(options);
  assert.equal(takes.unfinished(booking('a'), START_MS), 'take');
  takes.ended('take', 'moved');
  await takes.close();
  const again = await open(options);
  assert.equal(again.unfinished(booking('a'), START_MS), undefined);
});
