import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  baseName,
  fileName,
  NAME_DEFAULTS,
  nameSafe,
  nthName,
  partOfName,
  patternMistake,
} from '#agent/recorder/catalog/file-name.ts';

const rules = { ...NAME_DEFAULTS, timeZone: 'Europe/Paris' };
const startedAtMs = Date.UTC(2017, 0, 4, 12, 51, 0);
const nameOf = (series: string, title: string, more: object = {}): string =>
  fileName(baseName({ series, title, hall: 'Amphi D', startedAtMs }, { ...rules, ...more }), 1, { ...rules, ...more });

test('the one real name that is known', () => {
  assert.equal(
    nameOf('PAES_2016_S2', 'Informations générales'),
    'PAES_2016_S2_Informations_g_n_ral_20170104_135100_S1R1.mp4',
  );
  const decomposed = 'Informations générales'.normalize('NFD');
  assert.equal(nameOf('PAES_2016_S2', decomposed), nameOf('PAES_2016_S2', 'Informations générales'));
});

test('fields that are empty take their separators with them', () => {
  assert.equal(nameOf('', 'Cours'), 'Cours_20170104_135100_S1R1.mp4');
  assert.equal(nameOf('', ''), 'Amphi_D_20170104_135100_S1R1.mp4');
  assert.equal(nameOf('UE1', '  '), 'UE1_Amphi_D_20170104_135100_S1R1.mp4');
  assert.equal(nameOf('', 'T', { pattern: '{date}-{title}-{series}_S{stream}R{part}.mp4' }), '20170104-T_S1R1.mp4');
  assert.equal(nameOf('', 'T', { pattern: '{hall}_{series}_x_{title}_R{part}.mp4' }), 'Amphi_D_x_T_R1.mp4');
});

test('every other character is one underscore, whatever it is', () => {
  assert.equal(nameSafe('../../etc/passwd', 64), '______etc_passwd');
  assert.equal(nameSafe('a\0b/c\\d😀e', 64), 'a_b_c_d_e');
  assert.equal(nameSafe('数学', 64), '__');
  assert.equal(nameSafe('x'.repeat(500), 20), 'x'.repeat(20));
});

test('the clock on the wall of the hall counts, in summer and winter', () => {
  const at = (ms: number): string => baseName({ series: '', title: 'T', hall: 'H', startedAtMs: ms }, rules);
  assert.equal(at(Date.UTC(2026, 6, 1, 22, 30, 5)), 'T_20260702_003005');
  assert.equal(at(Date.UTC(2026, 11, 31, 23, 0, 0)), 'T_20270101_000000');
});

test('parts are counted, names that are taken get a number', () => {
  assert.equal(fileName('B', 12, rules), 'B_S1R12.mp4');
  assert.equal(nthName('B', 1), 'B');
  assert.equal(nthName('B', 3), 'B_3');
  assert.equal(partOfName('B_S1R12.mp4', 'B'), 12);
  for (const other of ['B_S1R1.mp4.final.tmp', 'C_S1R1.mp4', 'B.mp4', 'B_S1R1.jpg'])
    assert.equal(partOfName(other, 'B'), undefined, other);
});

test('a pattern that cannot work is refused with the reason', () => {
  assert.equal(patternMistake(NAME_DEFAULTS.pattern), undefined);
  assert.match(patternMistake('{title}_{date}.mp4') ?? '', /\{part\} is missing/);
  assert.match(patternMistake('{title}_{datum}_R{part}.mp4') ?? '', /\{datum\}/);
  assert.match(patternMistake('{title}_R{part}.mkv') ?? '', /\.mp4/);
  assert.match(patternMistake('a/{title}_R{part}.mp4') ?? '', /only letters/);
  assert.match(patternMistake('R{part}.mp4') ?? '', /before/);
});
