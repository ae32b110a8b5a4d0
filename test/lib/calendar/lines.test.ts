import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isCalendar } from '#lib/calendar/calendar-read.ts';
import { linesOf } from '#lib/calendar/text-lines.ts';
import { costOf, growsAsItsInput } from '../../support/growth.ts';
import { calendar, hours, hoursOf, lecture, readWith } from './forms.ts';

const ONE = ['10-05 08:30 120'];
const titleOf = async (bytes: Uint8Array): Promise<string | undefined> =>
  (await readWith(bytes)).occurrences[0]?.event.title;

describe('the bytes of a calendar', () => {
  const text = calendar(lecture('SUMMARY:Algèbre à l’hôpital 🎓'));
  const title = 'Algèbre à l’hôpital 🎓';
  const swapped = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();

  test('in each encoding', async () => {
    const wide = Buffer.from(text, 'utf16le');
    const mark = Buffer.from('\ufeff', 'utf16le');
    for (const bytes of [
      Buffer.from(text),
      Buffer.from(`\ufeff${text}`),
      wide,
      swapped(wide),
      Buffer.concat([mark, wide]),
      swapped(Buffer.concat([mark, wide])),
    ])
      assert.equal(await titleOf(bytes), title);
    const windows = Buffer.from(
      calendar(lecture('SUMMARY:Œdème – «CAFÉ»')).replace('Œ', '\u008c').replace('–', '\u0096'),
      'latin1',
    );
    assert.equal(await titleOf(windows), 'Œdème – «CAFÉ»');
  });

  test('folded after any byte, also within a letter, with any end of line', async () => {
    const bytes = Buffer.from(text);
    for (const end of ['\r\n', '\n', '\r', '\r\r\n']) {
      const ended = Buffer.from(text.replaceAll('\r\n', end));
      const from = ended.indexOf('SUMMARY:');
      const to = ended.indexOf(end, from);
      for (let at = from + 9; at < to; at++) {
        const folded = Buffer.concat([ended.subarray(0, at), Buffer.from(`${end} `), ended.subarray(at)]);
        assert.equal(await titleOf(folded), title, `${JSON.stringify(end)} at ${at - from}`);
      }
    }
    assert.ok(bytes.length > 0);
  });

  test('with a torn letter spoils no other', async () => {
    const torn = Buffer.from(text);
    torn[torn.indexOf('è')] = 0x41;
    assert.match((await titleOf(torn)) ?? '', /à l’hôpital 🎓$/);
  });
});

describe('a line that is no property', () => {
  const read = async (...lines: string[]) => {
    const { occurrences, complaints } = await readWith(calendar(lecture(...lines)));
    const { title, location, description } = occurrences[0]?.event ?? {};
    return { title, location, description, notes: complaints.map(({ text }) => text).join('; ') };
  };
  const long = `SUMMARY:${'Anatomie '.repeat(7)}du c`;

  test('is the rest of the text before it, which lost a blank', async () => {
    const { title, notes } = await read(long, 'œur');
    assert.equal(title, `${'Anatomie '.repeat(7)}du cœur`);
    assert.match(notes, /"œur" is no property: taken for the rest of SUMMARY/);
    assert.equal((await read('LOCATION:Amphi', 'D, aile nord')).location, 'Amphi D, aile nord');
    assert.equal((await read('LOCATION:Amphi', 'D,', 'aile nord')).location, 'Amphi D, aile nord');
    assert.equal((await read('DESCRIPTION:Groupe 1', 'Groupe 2')).description, 'Groupe 1\nGroupe 2');
  });

  test('is left out where it can be something else', async () => {
    assert.equal((await read('SUMMARY:Rein', 'X-FOO')).title, 'Rein');
    assert.match((await read('SUMMARY:Rein', 'X-FOO')).notes, /"X-FOO" is no property: left out/);
    assert.match((await read('SEQUENCE:1', 'und so weiter')).notes, /"und so weiter" is no property: left out/);
    assert.match(
      (await read('SUMMARY:Rein', 'BEGIN:VALARM', 'END:VALARM', 'und')).notes,
      /"und" is no property: left out/,
    );
  });
});

test('what stands around a calendar, or in its marks, does not count', async () => {
  const text = calendar(lecture());
  const around: [string, (of: string) => string][] = [
    ['a comment', (of) => `${of}<!-- 0.02 s -->`],
    ['a comment in its last line', (of) => `${of.trim()}<!-- 0.02 s -->`],
    ['Ctrl-Z', (of) => `${of}\u001A`],
    ['zeros', (of) => `${of}\0\0\0`],
    ['a notice', (of) => `<br />Notice: undefined index in export.php\n${of}`],
    ['a notice in its first line', (of) => `Notice: x<br />${of}`],
    ['blanks', (of) => of.replaceAll('\r\n', ' \r\n')],
    ['blanks before', (of) => of.replaceAll('END:', ' END:')],
    ['small letters', (of) => of.replaceAll(/BEGIN|END:|VEVENT|VCALENDAR/g, (word) => word.toLowerCase())],
    ['a zero in a title', (of) => of.replace('SUMMARY:T', 'SUMMARY:T\0')],
    ['half an emoji', (of) => of.replace('SUMMARY:T', 'SUMMARY:T\ud83d')],
  ];
  for (const [name, change] of around) {
    assert.deepEqual(await hours(change(text)), ONE, name);
    assert.equal(isCalendar(Buffer.from(change(text))), true, name);
  }
  const both = await hours(text + text.replace('UID:u', 'UID:v'));
  assert.deepEqual(both, [...ONE, ...ONE], 'two calendars in one file');
  for (const other of ['Salle;Date', '<html>', '']) assert.equal(isCalendar(Buffer.from(other)), false);
});

test('a line that cannot be read is left out, with its number; the others count', async () => {
  for (const line of [
    'X-FOO',
    'Groupe 12: voir le plan',
    'X-FOO;BAR:1',
    'ORGANIZER;CN="Dupont:mailto:a@example.org',
    'LAST-MODIFIED:hier',
    'EXDATE:',
    'EXDATE:n/a',
    'RDATE:',
    'RECURRENCE-ID:',
    'BEGIN:VALARM',
    'END:VALARM',
    'GEO:;',
    'SEQUENCE:un',
    'DTSTAMP:x',
    ':',
    ';;;',
    '=',
  ]) {
    const reading = await readWith(calendar(lecture(line), lecture('UID:v', 'DTSTART:20261006T083000')));
    assert.deepEqual(hoursOf(reading), [...ONE, '10-06 08:30 120'], line);
    const { complaints } = reading;
    assert.ok(
      complaints.every(({ weight, line: at }) => weight === 'trifle' && (at === 9 || at === 10)),
      line,
    );
    if (/^(?:Groupe|EXDATE:n)/.test(line)) assert.ok(complaints.length > 0, `${line} is told`);
  }
  const alarm = calendar(lecture('BEGIN:VALARM', 'TRIGGER:-PT15M', 'DESCRIPTION:no', 'RRULE:FREQ=WEEKLY;COUNT=2'));
  assert.deepEqual(await hours(alarm), [...ONE, '10-12 08:30 120'], 'an alarm has no rule: the event has');
});

test('parameters with colons and commas, quoted or not, are those of the date', async () => {
  for (const tzid of [
    '(UTC+01:00) Brussels\\, Copenhagen\\, Paris',
    '"(UTC+01:00) Brussels, Paris"',
    'Europe/Paris;X=a:b',
  ])
    assert.deepEqual(await hours(calendar(lecture(`DTSTART;TZID=${tzid}:20261005T083000`))), ONE, tzid);
});

test('a file of line ends, of one line, or of folds takes as long as it is', async () => {
  const timed = (text: string): Promise<number> => {
    const bytes = Buffer.from(text);
    return costOf(() => {
      for (const line of linesOf(bytes)) assert.ok(line.number > 0);
    });
  };
  for (const piece of ['\r', '\n', '\r\r\n', 'a', ' a\r\n', 'é', 'X;"', '\ud83d']) {
    await growsAsItsInput((count) => timed(piece.repeat(count)), { parts: 400_000, leastMs: 200 });
  }
});
