import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ianaZone, UTC } from '#lib/calendar/zones/zoned-time.ts';
import { readLectures } from '#central/timetable/import/read.ts';

/** Files in the form in which timetabling systems export them; the contents are made up. */
const zone = ianaZone('Europe/Paris') ?? UTC;
const read = async (text: string, encoding: BufferEncoding = 'utf8') => {
  const { lectures, mistakes } = await readLectures(Buffer.from(text, encoding), { zone });
  assert.deepEqual(mistakes, []);
  return lectures.map(({ hall, startsAtMs, endsAtMs, title, presenters, key, series }) => ({
    hall,
    title,
    presenters,
    key,
    series,
    when: `${new Date(startsAtMs).toISOString().slice(0, 16)} ${(endsAtMs - startsAtMs) / 60_000}`,
  }));
};

test('ADE Campus, iCalendar: UTC, folded, the people without a label, the time of the export', async () => {
  const [lecture] = await read(
    [
      'BEGIN:VCALENDAR',
      'METHOD:REQUEST',
      'PRODID:-//ADE/version 6.0',
      'VERSION:2.0',
      'CALSCALE:GREGORIAN',
      'BEGIN:VEVENT',
      'DTSTAMP:20260901T081500Z',
      'DTSTART:20260914T063000Z',
      'DTEND:20260914T083000Z',
      'SUMMARY:UE3 Organisation des appareils et systèmes\\, aspects ',
      ' fonctionnels CM',
      'LOCATION:Amphi D',
      'DESCRIPTION:\\n\\nPASS S1 Gr A\\nCURIE Marie\\n(Exporté le:01/09/2026 10:15)\\n\\n',
      'UID:ADE60506173732d323032362d3132332d302d30',
      'CREATED:19700101T000000Z',
      'LAST-MODIFIED:20260901T081500Z',
      'SEQUENCE:2141234567',
      'END:VEVENT',
      'END:VCALENDAR',
      '',
    ].join('\r\n'),
  );
  assert.deepEqual(lecture, {
    hall: 'Amphi D',
    title: 'UE3 Organisation des appareils et systèmes, aspects fonctionnels CM',
    presenters: undefined,
    key: 'ADE60506173732d323032362d3132332d302d30',
    series: undefined,
    when: '2026-09-14T06:30 120',
  });
});

test('Hyperplanning, iCalendar: parameters of language, people and room with their labels', async () => {
  const [lecture] = await read(
    [
      'BEGIN:VCALENDAR',
      'VERSION:2.0',
      'PRODID:-//INDEX-EDUCATION//HYPERPLANNING//FR',
      'BEGIN:VEVENT',
      'CATEGORIES:HYPERPLANNING',
      'DTSTAMP:20260901T081500Z',
      'LAST-MODIFIED:20260901T081500Z',
      'UID:Cours-48321-12-PASS_S1-Index-Education',
      'DTSTART:20261103T130000Z',
      'DTEND:20261103T143000Z',
      'SUMMARY;LANGUAGE=fr:Biostatistiques - M. LÉVY - CM',
      'LOCATION;LANGUAGE=fr:AMPHI E',
      'DESCRIPTION;LANGUAGE=fr:Matière : Biostatistiques\\nEnseignants : M. LÉVY\\, Mme NOËL\\nSalle : AMPHI E\\n',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\n'),
  );
  assert.deepEqual(
    [lecture?.presenters, lecture?.hall, lecture?.when],
    [['M. LÉVY', 'Mme NOËL'], 'AMPHI E', '2026-11-03T13:00 90'],
  );
});

test('Celcat, iCalendar: a zone that the file describes, a rule by weeks with an exclusion', async () => {
  const lectures = await read(
    [
      'BEGIN:VCALENDAR',
      'PRODID:-//Celcat Limited//Calendar//EN',
      'VERSION:2.0',
      'BEGIN:VTIMEZONE',
      'TZID:Romance Standard Time',
      'BEGIN:STANDARD',
      'DTSTART:16011028T030000',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
      'TZOFFSETFROM:+0200',
      'TZOFFSETTO:+0100',
      'END:STANDARD',
      'BEGIN:DAYLIGHT',
      'DTSTART:16010325T020000',
      'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
      'TZOFFSETFROM:+0100',
      'TZOFFSETTO:+0200',
      'END:DAYLIGHT',
      'END:VTIMEZONE',
      'BEGIN:VEVENT',
      'UID:1234567@celcat',
      'DTSTART;TZID="Romance Standard Time":20261013T083000',
      'DTEND;TZID="Romance Standard Time":20261013T103000',
      'RRULE:FREQ=WEEKLY;UNTIL=20261103T073000Z',
      'EXDATE;TZID="Romance Standard Time":20261020T083000',
      'SUMMARY:Lecture - Anatomy',
      'LOCATION:Amphi D',
      'DESCRIPTION:Module: UE5\\nStaff: DUPONT Jean\\nRoom: Amphi D',
      'END:VEVENT',
      'END:VCALENDAR',
    ].join('\r\n'),
  );
  assert.deepEqual(
    lectures.map(({ key, when, presenters }) => [key, when, presenters]),
    [
      ['1234567@celcat/2026-10-13T06:30Z', '2026-10-13T06:30 120', ['DUPONT Jean']],
      ['1234567@celcat/2026-10-27T07:30Z', '2026-10-27T07:30 120', ['DUPONT Jean']],
      ['1234567@celcat/2026-11-03T07:30Z', '2026-11-03T07:30 120', ['DUPONT Jean']],
    ],
  );
});

test('ADE Campus, a list as text: Windows’ letters, a day of the week, a duration', async () => {
  const lectures = await read(
    [
      'Nom;Code;Jour;Date;Heure;Durée;Salles;Enseignants;Groupes',
      '"UE3 - Thermodynamique, été";"PASS_UE3";Lundi;14/09/2026;08h30;2h00min;Amphi D;CURIE Marie;PASS A',
      '',
    ].join('\r\n'),
    'latin1',
  );
  assert.deepEqual(lectures, [
    {
      hall: 'Amphi D',
      title: 'UE3 - Thermodynamique, été',
      presenters: ['CURIE Marie'],
      key: undefined,
      series: 'PASS_UE3',
      when: '2026-09-14T06:30 120',
    },
  ]);
});

test('Hyperplanning, a list as text: tabs, several teachers, UTF-16', async () => {
  const text =
    '\uFEFFMATIERE\tENSEIGNANT\tSALLE\tDATE\tH.DEBUT\tH.FIN\nBiostatistiques\tM. LÉVY, Mme NOËL\tAMPHI E\t03/11/2026\t14h00\t15h30\n';
  assert.deepEqual(await read(text, 'utf16le'), [
    {
      hall: 'AMPHI E',
      title: 'Biostatistiques',
      presenters: ['M. LÉVY', 'Mme NOËL'],
      key: undefined,
      series: undefined,
      when: '2026-11-03T13:00 90',
    },
  ]);
});

test('Celcat and Outlook, lists in English: quotes, hours with AM and PM, month first', async () => {
  const celcat = await read(
    '"Event Id","Date","Start Time","End Time","Module","Room","Staff"\n"88","2026-09-14","08:30","10:30","Anatomy","Amphi D","DUPONT, Jean; CURIE, Marie"\n',
  );
  assert.deepEqual(
    [celcat[0]?.key, celcat[0]?.title, celcat[0]?.presenters],
    ['88', 'Anatomy', ['DUPONT, Jean', 'CURIE, Marie']],
  );
  const outlook = await read(
    'Subject,Start Date,Start Time,End Date,End Time,Location\n"Anatomy, heart",9/14/2026,8:30:00 AM,9/14/2026,1:15:00 PM,Amphi D\n',
  );
  assert.deepEqual([outlook[0]?.title, outlook[0]?.when], ['Anatomy, heart', '2026-09-14T06:30 285']);
});
