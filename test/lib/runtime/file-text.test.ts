import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { fileTextOf } from '#lib/runtime/texts/file-text.ts';

const textOf = (bytes: Uint8Array): [text: string, guess: string | undefined] => {
  const { raw, decode, guess } = fileTextOf(bytes);
  return [raw.split('\n').map(decode).join('\n'), guess];
};
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('the text of a file that does not say its encoding', () => {
  const WORDS = 'Algèbre à l’été';

  test('UTF-8, and UTF-16 with and without its mark', () => {
    const long = `${WORDS}\n${'Amphi D;'.repeat(20)}`;
    assert.deepEqual(textOf(Buffer.from(long)), [long, undefined]);
    const little = Buffer.from(long, 'utf16le');
    assert.deepEqual(textOf(little), [long, undefined]);
    assert.deepEqual(textOf(Buffer.from(little).swap16()), [long, undefined]);
  });

  test('encodings with one byte, by what the words look like', () => {
    assert.deepEqual(textOf(latin1('Alg\xe8bre \xe0 l\x92\xe9t\xe9')), [WORDS, undefined]);
    assert.deepEqual(textOf(latin1('Alg\x8fbre \x88 l\xd5\x8et\x8e')), [WORDS, 'Mac OS Roman']);
    assert.deepEqual(textOf(latin1("Alg\x8abre \x85 l'\x82t\x82")), ["Algèbre à l'été", 'the code page 850 of MS-DOS']);
    assert.deepEqual(textOf(latin1('C\xbdur; 20 \xa4')), ['Cœur; 20 €', 'Latin-9']);
  });

  test('what looks right in Windows-1252 stays: names, capitals, signs', () => {
    const texts = ['Žižek', 'ÉTÉ', 'étudiant·e·s', '1½ h – « oui »', 'Peña, Müller, Åse', '20 € (n° 5)', 'D’Ávila…'];
    const WINDOWS: Record<string, string> = {
      Ž: '\x8e',
      ž: '\x9e',
      '–': '\x96',
      '€': '\x80',
      '’': '\x92',
      '…': '\x85',
    };
    for (const text of texts) {
      const bytes = latin1(text.replaceAll(/[^\0-\xff]/g, (char) => WINDOWS[char] ?? '?'));
      assert.deepEqual(textOf(bytes), [text, undefined], text);
    }
  });

  test('a broken line changes no other, and half of a character nothing around it', () => {
    const bytes = Buffer.concat([Buffer.from('été\nAlgè'), latin1('\xe9\nCaf\xe9')]);
    assert.deepEqual(textOf(bytes), ['été\nAlgèé\nCafé', undefined]);
  });

  test('UTF-8 that was encoded twice is undone; a text that looks like it is not', () => {
    const twice = Buffer.from(latin1(Buffer.from('Algèbre — Œuvre').toString('latin1')).toString('latin1'));
    assert.deepEqual(textOf(twice), ['Algèbre — Œuvre', undefined]);
    const windows = 'AlgÃ¨bre — l’Ã©tÃ© â€“ fin'.replace(' — l’', ' ');
    assert.deepEqual(textOf(Buffer.from(windows)), ['Algèbre été – fin', undefined]);
    for (const text of ['SÃO PAULO', 'Ã©tÃ© 日本', 'Â']) assert.deepEqual(textOf(Buffer.from(text)), [text, undefined]);
  });
});
