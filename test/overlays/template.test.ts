import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { changesEverySecond, fillTemplate, templateKeys, unknownKeys } from '#overlays/template.ts';

const values = {
  title: 'Informations générales',
  presenter: 'Pr É. Lefèvre',
  series: 'PAES_2016_S2',
  hall: 'Amphi D',
  nowMs: Date.UTC(2017, 0, 4, 12, 51, 7),
  elapsedMs: 3_725_900,
  timeZone: 'Europe/Paris',
};

describe('a template', () => {
  const cases: [string, string][] = [
    ['{title}', 'Informations générales'],
    ['{Title} / { presenter }', 'Informations générales / Pr É. Lefèvre'],
    ['{title} — {course}', 'Informations générales'],
    ['{course} — {title}', 'Informations générales'],
    ['{title} — {course} — {presenter}', 'Informations générales — Pr É. Lefèvre'],
    ['{title}, par {presenter}', 'Informations générales, par Pr É. Lefèvre'],
    ['{title}, par {course}', 'Informations générales'],
    ['{title} ({course})', 'Informations générales'],
    ['{title} ({series}) · {course}', 'Informations générales (PAES_2016_S2)'],
    ['« {title} » ({course}), {hall}', '« Informations générales », Amphi D'],
    ['Cours : {course}', ''],
    ['Salle {hall} !', 'Salle Amphi D !'],
    ['{course}\n{series}', 'PAES_2016_S2'],
    ['Direct\n{course}\n{hall}', 'Direct\nAmphi D'],
    ['{nothing}', ''],
    ['{hall} {nothing} {}', 'Amphi D {}'],
    ['{__proto__}{constructor}{hall}', 'Amphi D'],
    ['no key', 'no key'],
    [' ', ' '],
    ['', ''],
    ['{ open', '{ open'],
    ['{date}', '4 janvier 2017'],
    ['{time}', '13:51:07'],
    ['{elapsed}', '1:02:05'],
  ];
  for (const [template, text] of cases)
    it(`${JSON.stringify(template)} is ${JSON.stringify(text)}`, () => {
      assert.equal(fillTemplate(template, values), text);
    });

  it('writes dates in French and English, by the time zone', () => {
    const nowMs = Date.UTC(2026, 10, 30, 23, 30);
    assert.equal(fillTemplate('{date}', { nowMs, timeZone: 'Europe/Paris' }), '1er décembre 2026');
    assert.equal(fillTemplate('{date} {time}', { nowMs, timeZone: 'UTC', locale: 'en' }), '30 November 2026 23:30:00');
    assert.equal(fillTemplate('{date}{time}{elapsed}', { nowMs: Number.NaN, elapsedMs: Number.NaN }), '');
  });

  it('puts a value in once: its braces are letters, its line ends spaces', () => {
    assert.equal(fillTemplate('{title} · {hall}', { title: '{hall}\n$& {x}', hall: 'A' }), '{hall} $& {x} · A');
  });

  it('tells its unknown keys, once each, and whether it changes every second', () => {
    assert.deepEqual(unknownKeys('{title} {tittle} {Date} {tittle} {1}'), ['tittle', '1']);
    assert.deepEqual(unknownKeys(templateKeys.map((key) => `{${key}}`).join('')), []);
    assert.deepEqual(['{time}', 'x {elapsed}', '{date} {title}', 'time'].map(changesEverySecond), [
      true,
      true,
      false,
      false,
    ]);
  });

  it('is quick with hostile text', () => {
    const before = process.cpuUsage();
    for (const template of [
      '{'.repeat(1e6),
      '{ '.repeat(5e5),
      '{a'.repeat(5e5),
      `{title}${' - '.repeat(3e5)}{course}`,
      '{x}'.repeat(3e5),
    ])
      fillTemplate(template, { title: ' '.repeat(1e6) });
    // Time of the processor: what other programs take of it does not count.
    const { user, system } = process.cpuUsage(before);
    assert.ok(user + system < 2_000_000);
  });
});
