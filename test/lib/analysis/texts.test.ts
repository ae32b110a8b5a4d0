import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isSameTitle } from '#lib/analysis/texts/added-titles.ts';
import { formatReadText, parseReadText, readOnce } from '#lib/analysis/texts/kept-texts.ts';
import type { ReadText, TextAsked } from '#lib/analysis/texts/read-text.ts';
import { titleOf } from '#lib/analysis/texts/title.ts';
import { readTsv } from '#lib/analysis/texts/tsv.ts';

const HEAD = 'level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext';
const word = (line: number, left: number, top: number, height: number, text: string, confidence = 95): string =>
  ['5', '1', '1', '1', line, '1', left, top, text.length * height, height, confidence, text].join('\t');
const linesOf = (...rows: string[]) => readTsv([HEAD, '4\t1\t1\t1\t1\t0\t0\t0\t9\t9\t-1\t', ...rows, ''].join('\n'));

describe('words of tesseract', () => {
  test('are lines with boxes; spots and marks of lists are none', () => {
    const lines = linesOf(
      word(1, 10, 10, 20, 'Le'),
      word(1, 60, 10, 20, 'cœur'),
      word(2, 0, 50, 8, 'e'),
      word(2, 30, 48, 10, 'Un'),
      word(2, 60, 48, 10, 'point'),
      word(3, 0, 90, 10, '~—'),
      word(4, 0, 120, 10, 'doubtful', 12),
      word(5, 0, 150, 10, 'ab', 45),
      word(6, 0, 170, 10, 'a b\tc'),
    );
    assert.deepEqual(
      lines.map(({ text }) => text),
      ['Le cœur', 'Un point', 'a b c'],
    );
    assert.deepEqual(lines[0]?.box, { x: 10, y: 10, width: 130, height: 20 });
  });

  test('a letter that is a word stays', () => {
    assert.deepEqual(
      linesOf(word(1, 0, 0, 10, 'e'), word(1, 13, 0, 10, 'coli')).map(({ text }) => text),
      ['e coli'],
    );
  });
});

test('a title that is read twice is one title, though some letters are misread', () => {
  for (const [one, other] of [
    ['Le cœur et les vaisseaux', 'Le coeur et les vaisseaux.'],
    ['Régulation de la pression', 'Regulation de Ia pression'],
    ['ÉLECTROPHYSIOLOGIE', 'Électrophysiologie'],
  ] as const)
    assert.ok(isSameTitle(one, other), `${one} / ${other}`);
  for (const [one, other] of [
    ['Le cœur', 'Le rein'],
    ['Introduction', 'Conclusion'],
    ['', 'Le rein'],
    ['42', '43'],
  ] as const)
    assert.ok(!isSameTitle(one, other), `${one} / ${other}`);
});

describe('the title of a slide', () => {
  test('is the line with the largest letters, above others of the same size, with its second line', () => {
    const lines = linesOf(
      word(1, 0, 5, 10, 'Faculté'),
      word(2, 0, 30, 24, 'Double'),
      word(3, 0, 58, 23, 'circulation'),
      word(4, 0, 200, 12, 'texte'),
    );
    assert.equal(titleOf(lines, 300), 'Double circulation');
    const equal = linesOf(word(1, 0, 250, 26, 'Below'), word(2, 0, 20, 24, 'Above'));
    assert.equal(titleOf(equal, 300), 'Above');
    assert.equal(titleOf(linesOf(word(1, 0, 0, 40, '42')), 300), undefined);
    assert.equal(titleOf([], 300), undefined);
  });
});

describe('texts that are kept', () => {
  const read: ReadText = {
    lines: linesOf(word(1, 10, 10, 20, 'Le'), word(1, 60, 10, 20, 'cœur')),
    title: 'Le cœur',
    size: { widthPx: 640, heightPx: 360 },
  };

  test('are found by all that decides what is read, and by nothing else', async () => {
    const keys: string[] = [];
    const texts = {
      async find(key: string) {
        keys.push(key);
        return read;
      },
      keep: async () => assert.fail('it was kept before'),
    };
    const tesseract = { path: '/nothing/tesseract', version: '5', languages: ['eng', 'fra', 'deu'] };
    const keyOf = async (picture: string, asked: Partial<TextAsked> = {}): Promise<string> => {
      assert.equal(await readOnce(tesseract, Buffer.from(picture), { folder: '/nothing', texts, ...asked }), read);
      return keys.at(-1)!;
    };
    const words = ['Purkinje'];
    const first = await keyOf('a', { languages: ['fra'], words });
    for (const same of [
      { languages: ['fra'], words: ['Purkinje', 'Purkinje'], folder: '/other' },
      { languages: ['fra', 'ita'], words },
      { words },
    ])
      assert.equal(await keyOf('a', same), first);
    const others = [
      await keyOf('b', { languages: ['fra'], words }),
      await keyOf('a', { languages: ['eng'], words }),
      await keyOf('a', { languages: ['fra', 'eng'], words }),
      await keyOf('a', { languages: ['fra'], words: ['Purkinj'] }),
      await keyOf('a', { languages: ['fra'] }),
      await keyOf('a', { languages: ['fra'], words, rect: { x: 0, y: 0, width: 1, height: 0.5 } }),
    ];
    assert.equal(new Set([first, ...others]).size, 7);
  });

  test('are the same when they are read again; what is damaged counts as not kept', () => {
    assert.deepEqual(parseReadText(formatReadText(read)), read);
    const untitled = { ...read, title: undefined };
    assert.deepEqual(parseReadText(formatReadText(untitled)), untitled);
    const wrong = ['', 'null', '{"lines":3}', '{"lines":[],"size":{}}', formatReadText(read).slice(0, -1)];
    for (const text of wrong) assert.equal(parseReadText(text), undefined, text);
  });
});
