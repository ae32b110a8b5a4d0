import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { cutCues, shiftedCues, type Cue } from '#lib/analysis/captions/cues.ts';
import { isCaptions, readCaptions, type Captions } from '#lib/analysis/captions/read-captions.ts';
import { cuesOfWords } from '#lib/analysis/captions/speech-to-text.ts';
import { formatWebVtt } from '#lib/analysis/captions/write-captions.ts';

const bytes = (text: string, encoding: BufferEncoding = 'utf8'): Buffer => Buffer.from(text, encoding);
async function captionsOf(file: Uint8Array): Promise<Captions> {
  const read = await readCaptions(file);
  assert.ok(isCaptions(read), JSON.stringify(read));
  return read;
}
async function mistakeOf(file: Uint8Array): Promise<{ mistake: string; line?: number }> {
  const read = await readCaptions(file);
  assert.ok(!isCaptions(read));
  return read;
}
const cue = (fromMs: number, toMs: number, text: string): Cue => ({ fromMs, toMs, text });

const VTT = `WEBVTT - lecture
Language: fr

STYLE
::cue { color: red }

NOTE 00:00 --> nothing here

intro
00:01.000 --> 00:00:04.500 align:start position:10%
<v Mme Lefèvre>Bonjour &amp; <i>bienvenue</i>
à tous

2
01:00:00.000 --> 01:00:02.000
1 &lt; 2, a -> b
`;

describe('captions', () => {
  test('of WebVTT: names, settings, styles and markup are no text', async () => {
    assert.deepEqual(await captionsOf(bytes(VTT)), {
      format: 'WebVTT',
      language: 'fr',
      cues: [
        { ...cue(1000, 4500, 'Bonjour & bienvenue\nà tous'), speaker: 'Mme Lefèvre' },
        cue(3_600_000, 3_602_000, '1 < 2, a -> b'),
      ],
      notes: [],
    });
  });

  test('of SRT: with commas, blanks, numbers that are missing, and no empty line between', async () => {
    const text =
      '1\r\n00:00:01,000 --> 00:00:02,500\r\n<font color="red">Un</font>{\\an8}\r\n\r\n\r\n  00:00:03,5 -> 0:00:04  \r\nDeux\r\n3\r\n00:00:05,000 --> 00:00:06,000\r\nTrois';
    const { format, cues } = await captionsOf(bytes(text));
    assert.equal(format, 'SRT');
    assert.deepEqual(cues, [cue(1000, 2500, 'Un'), cue(3500, 4000, 'Deux'), cue(5000, 6000, 'Trois')]);
  });

  test('in every encoding that people save them in', async () => {
    const text = '1\n00:00:01,000 --> 00:00:02,000\nL’été à Œuvrard, déjà\n';
    const files = [
      bytes(`\uFEFF${text}`),
      bytes(`\uFEFF${text}`, 'utf16le'),
      Buffer.from(bytes(`\uFEFF${text}`, 'utf16le')).swap16(),
      Buffer.from(Array.from(text, (letter) => ({ '’': 0x92, Œ: 0x8c })[letter] ?? letter.charCodeAt(0))),
      bytes(text.replaceAll('\n', '\r')),
    ];
    for (const file of files) assert.equal((await captionsOf(file)).cues[0]?.text, 'L’été à Œuvrard, déjà');
  });

  test('with times that make no sense lose only these, with a note that has the line', async () => {
    const { cues, notes } = await captionsOf(
      bytes(
        '00:05.000 --> 00:01.000\nback\n\n00:06.000 --> 00:07.000\nfine\n\n999:00:00.000 --> 999:00:01.000\nlate\n',
      ),
    );
    assert.deepEqual(cues, [cue(6000, 7000, 'fine')]);
    assert.deepEqual(notes, [
      'line 1: a caption that ends before it begins is left out',
      'line 7: a caption that ends after 100 hours is left out',
    ]);
  });

  test('that are none are refused, with a word that says what would be right', async () => {
    assert.match(
      (await mistakeOf(bytes('Dear all,\n\nthis is a letter.\n'))).mistake,
      /no caption.*00:00:01\.000 --> /,
    );
    assert.match((await mistakeOf(Buffer.alloc(50 << 20, 'a'))).mistake, /52\.4 MB.*8 MB at most/);
    assert.deepEqual(await mistakeOf(bytes('00:05.000 --> 00:01.000\nx\n')), {
      mistake: 'there is no caption in this file: a caption that ends before it begins is left out',
      line: 1,
    });
    assert.match((await mistakeOf(new Uint8Array(0))).mistake, /no caption/);
    const many = Array.from({ length: 50_002 }, (_, at) => `00:00:00.000 --> 00:00:01.000\n${at}\n`).join('\n');
    assert.match((await mistakeOf(bytes(many))).mistake, /more than 50000 captions/);
  });

  test('say after writing and reading what they said before, whatever is in them', async () => {
    const cues: Cue[] = [
      cue(0, 999, 'a < b & c > d\nsecond --> line'),
      { ...cue(3_599_999, 3_600_500, '<i>not</i> &amp; italic'), speaker: 'A <b> & C' },
    ];
    assert.deepEqual((await captionsOf(bytes(formatWebVtt(cues, 'fr')))).cues, cues);
    // An empty line would end a caption, and what follows would be another one.
    assert.equal(
      (await captionsOf(bytes(formatWebVtt([cue(0, 1000, 'a\n\n00:00:02.000 --> 00:00:03.000\nb')])))).cues.length,
      1,
    );
  });

  test('are shifted, and what would be before the beginning goes', () => {
    assert.deepEqual(shiftedCues([cue(0, 1000, 'a'), cue(500, 3000, 'b')], -1500), [cue(0, 1500, 'b')]);
    assert.deepEqual(shiftedCues([cue(0, 1000, 'a')], 250), [cue(250, 1250, 'a')]);
  });

  test('follow what is kept of a recording', () => {
    const cues = [
      cue(0, 2000, 'a'),
      cue(1500, 6000, 'over the cut'),
      cue(6100, 7000, 'b'),
      cue(9000, 9900, 'gone'),
      cue(4900, 5100, 'sliver'),
    ];
    const kept = [
      { fromMs: 1000, toMs: 5000 },
      { fromMs: 5500, toMs: 8000 },
    ];
    assert.deepEqual(cutCues(cues, kept), [cue(0, 1000, 'a'), cue(500, 4500, 'over the cut'), cue(4600, 5500, 'b')]);
  });

  test('of words begin anew after a pause, a sentence, or when they are full', () => {
    const words = 'Bonjour à tous. Nous parlons du cœur'
      .split(' ')
      .map((text, at) => cue(at * 400, at * 400 + 350, text));
    const later = { ...cue(9000, 9500, 'Ensuite') };
    assert.deepEqual(
      cuesOfWords([...words, later]).map(({ text }) => text),
      ['Bonjour à tous.', 'Nous parlons du cœur', 'Ensuite'],
    );
    const long = Array.from({ length: 60 }, (_, at) => cue(at * 100, at * 100 + 90, 'mot'));
    assert.ok(cuesOfWords(long).every(({ text, fromMs, toMs }) => text.length <= 84 && toMs - fromMs <= 6000));
  });
});
