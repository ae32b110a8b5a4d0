import { describe, test } from 'node:test';
import { readCalendar } from '#lib/calendar/calendar-read.ts';
import { CalendarError, type SharedUids } from '#lib/calendar/calendar.ts';
import { familiesOf } from '#lib/calendar/families.ts';
import type { Vevent } from '#lib/calendar/vevent.ts';
import { ianaZone } from '#lib/calendar/zones/zoned-time.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';
import { calendar, lecture } from './forms.ts';

/** Calendars that would take long if work grew faster than input: each with n and 2n of something. */
const many = (n: number, one: (n: number) => string): string =>
  Array.from({ length: n }, (_, at) => one(at)).join('\r\n');
const day = (n: number): string =>
  new Date(Date.UTC(2026, 0, 1 + (n % 700))).toISOString().slice(0, 10).replaceAll('-', '');
const clock = (n: number): string =>
  String(n % 86_400)
    .padStart(6, '0')
    .replace(
      /^(\d\d)(\d\d)(\d\d)$/,
      (_, a, b, c) => `${a % 24}`.padStart(2, '0') + `${b % 60}`.padStart(2, '0') + `${c % 60}`.padStart(2, '0'),
    );
const start = (n: number): string => `DTSTART:${day(n)}T${clock(Math.floor(n / 700) * 61)}Z`;
const exception = (n: number, more = ''): string =>
  lecture('UID:s', `RECURRENCE-ID${more}:${day(n)}T080000Z`, `DTSTART:${day(n)}T090000Z`);
const daily = lecture('UID:s', 'DTSTART:20260101T080000Z', 'RRULE:FREQ=DAILY;COUNT=700');

const grown: Record<string, (n: number) => string> = {
  'events of one UID': (n) => calendar(many(n, (at) => lecture('UID:x', start(at)))),
  'events without UID': (n) => calendar(many(n, (at) => lecture('UID:', start(at)))),
  'exceptions of one series': (n) =>
    calendar(
      daily,
      many(n, (at) => exception(at)),
    ),
  'exceptions for all that follows': (n) =>
    calendar(
      daily,
      many(n, (at) => exception(at, ';RANGE=THISANDFUTURE')),
    ),
  'exceptions of a UID of many': (n) =>
    calendar(
      many(n / 2, (at) => lecture('UID:s', start(at))),
      many(n / 2, (at) => exception(at)),
    ),
  exclusions: (n) =>
    calendar(
      lecture(
        'RRULE:FREQ=DAILY;COUNT=500',
        `EXDATE:${Array.from({ length: n }, (_, at) => `${day(at)}T0831${String(at % 60).padStart(2, '0')}`).join(',')}`,
      ),
    ),
  'components in one another': (n) =>
    calendar(
      many(n, () => 'BEGIN:X'),
      many(n, () => 'END:Y'),
      lecture(),
    ),
  'time zones': (n) =>
    calendar(
      many(n, (at) => `BEGIN:VTIMEZONE\r\nTZID:z${at}\r\nEND:VTIMEZONE`),
      many(n / 4, (at) => lecture(`UID:${at}`, `DTSTART;TZID=z${at}:20261005T083000`)),
    ),
  'slashes in a name of a zone': (n) => calendar(lecture(`DTSTART;TZID=${'a/'.repeat(n * 10)}:20261005T083000`)),
  'blanks in parameters': (n) =>
    calendar(lecture(`X-A;${' '.repeat(n * 20)}`, `X-B;C=${' '.repeat(n * 20)}`, `X-C;D="${' '.repeat(n * 20)}`)),
  parameters: (n) => calendar(lecture(`X-A${';B=C'.repeat(n * 5)}`, `DTSTART${';B:C'.repeat(n * 5)}:20261005T083000`)),
  'properties of one event': (n) => calendar(lecture(many(n * 5, () => 'EXDATE:n/a'))),
  'lines of a Quoted-Printable text': (n) =>
    calendar(lecture(`DESCRIPTION;ENCODING=QUOTED-PRINTABLE:${'=C3=A9=\r\n'.repeat(n * 20)}.`)),
  'broken rules': (n) =>
    calendar(many(n / 10, (at) => lecture(`UID:${at}`, `RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3`))),
};

const used = async (text: string, known?: { bytes: Uint8Array; shared: SharedUids }): Promise<number> => {
  const bytes = Buffer.from(text);
  const window = { fromMs: Date.UTC(2026, 0), toMs: Date.UTC(2028, 0) };
  const settings = { zone: ianaZone('Europe/Paris')!, ...window, ...(known ? { known } : {}) };
  return costOf(() =>
    readCalendar(bytes, settings).catch((error: unknown) => {
      if (!(error instanceof CalendarError)) throw error;
    }),
  );
};

describe('twice as much takes about twice as long:', () => {
  for (const [name, of] of Object.entries(grown)) {
    test(name, async () => {
      await growsAsItsInput((n) => used(of(n)), { parts: 1500, leastMs: 500 });
    });
  }

  test('versions of one UID, each of which meets but one other', async () => {
    const version = (at: number, n: number): Vevent => {
      const atMs = Math.min(at, n - 1 - at) * 86_400_000;
      const start = { atMs } as Vevent['start'];
      const words = { title: 'T' } as Vevent['words'];
      const component = { line: at } as Vevent['component'];
      return { uid: 'x', start, endsAtMs: atMs + 1, words, component, version: [at] } as unknown as Vevent;
    };
    await growsAsItsInput(
      (n) => {
        const versions = Array.from({ length: n }, (_, at) => version(at, n));
        return costOf(() => familiesOf(versions, [], () => undefined));
      },
      // Compared each with each they take ten seconds.
      { parts: 20_000, times: 0, leastMs: 2500 },
    );
  });

  test('what was good before, of a UID of many', async () => {
    const of = (n: number): [string, string] => {
      const good = calendar(many(n, (at) => lecture('UID:x', start(at))));
      return [good, good.replace(/DTSTART.*/, 'DTSTART:x')];
    };
    const time = (n: number): Promise<number> => {
      const [good, broken] = of(n);
      return used(broken, { bytes: Buffer.from(good), shared: [] });
    };
    await growsAsItsInput(time, { parts: 1500, leastMs: 500 });
  });
});
