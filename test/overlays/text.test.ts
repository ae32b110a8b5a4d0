import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { openRenderer } from '#overlays/render.ts';

import { boxOf, inkOf, pixelAt, textSpec } from './pixels-of.ts';

const FRENCH = 'Informations générales — L’œuvre d’Łukasz à Ångström, où çà ?';
const renderer = openRenderer({ folder: '/nowhere' });

describe('a text in its box', () => {
  const hard: Record<string, string> = {
    'a French title': FRENCH,
    'a title of 300 characters': `${FRENCH} `.repeat(5).slice(0, 300),
    'a word of 80 letters': 'Électroencéphalographiquement'.repeat(3).slice(0, 80),
    'a word of 1000 letters': 'W'.repeat(1000),
    'a novel': 'Longtemps, je me suis couché de bonne heure. '.repeat(3000),
    'stacked accents': 'Ấ̧ Ṩ̌ Z͑ͫͩ̓a͗l̽ͩg͑̃o',
    Hebrew: 'שלום עולם',
    'Arabic and Latin': 'مرحبا بالعالم — Amphi D',
    emoji: 'Cours 😀🚀👩‍🏫🇫🇷 magistral',
    markup: '<img src=x onerror=alert(1)> & <b>gras</b> &amp; "x"',
    'control characters': 'a\u0000b\u001b[31mc\u0007\ud800d\uffff',
    'many lines': 'É\nç\n'.repeat(40),
  };
  for (const [name, text] of Object.entries(hard)) {
    for (const [widthPx, heightPx] of [
      [800, 100],
      [300, 60],
      [120, 400],
      [60, 20],
    ] as const) {
      it(`is not cut: ${name} in ${widthPx}x${heightPx}`, async () => {
        const image = await renderer.renderText(textSpec(text, {}, widthPx, heightPx));
        assert.deepEqual(
          [image.widthPx, image.heightPx, image.rgba.length],
          [widthPx, heightPx, widthPx * heightPx * 4],
        );
        const box = boxOf(image);
        assert.ok(box, 'something is drawn');
        assert.ok(
          box.left > 0 && box.top > 0 && box.right < widthPx - 1 && box.bottom < heightPx - 1,
          JSON.stringify(box),
        );
      });
    }
  }

  it('loses no ink when it is wrapped', async () => {
    const style = { size: 30 / 720 };
    const roomy = await renderer.renderText(textSpec(FRENCH, style, 1200, 100));
    const wrapped = await renderer.renderText(textSpec(FRENCH, style, 420, 200));
    const [one, more] = [boxOf(roomy), boxOf(wrapped)];
    assert.ok(one && more && more.bottom - more.top > 2 * (one.bottom - one.top), 'several lines');
    assert.ok(Math.abs(inkOf(wrapped) / inkOf(roomy) - 1) < 0.03);
  });

  it('loses no ink when a word is broken', async () => {
    const style = { size: 30 / 720 };
    const word = 'Électroencéphalographie'.repeat(2);
    const roomy = await renderer.renderText(textSpec(word, style, 1200, 100));
    const broken = await renderer.renderText(textSpec(word, style, 200, 300));
    assert.ok(Math.abs(inkOf(broken) / inkOf(roomy) - 1) < 0.03);
  });

  it('is as large as allowed when it fits, smaller when it does not, and then no smaller than can be read', async () => {
    const heightOf = async (text: string): Promise<number> => {
      const box = boxOf(await renderer.renderText(textSpec(text, {}, 600, 60)));
      return box ? box.bottom - box.top + 1 : 0;
    };
    assert.ok(Math.abs((await heightOf('H')) - 40 * 0.729) <= 1.5, 'capitals of DejaVu Sans are 0.729 em');
    assert.ok((await heightOf(FRENCH)) > 30, 'two smaller lines');
    const longest = boxOf(await renderer.renderText(textSpec('É'.repeat(40), {}, 600, 20)));
    assert.ok(longest && longest.bottom - longest.top + 1 >= 11, 'accented capitals of 13 pixels');
  });

  it('ends with an ellipsis after a whole word when even the smallest letters do not fit', async () => {
    const words = 'mot '.repeat(100);
    const shortened = await renderer.renderText(textSpec(words, {}, 200, 20));
    const kept = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        renderer.renderText(textSpec(`${'mot '.repeat(i + 1).trim()}…`, { size: 12 / 720 }, 200, 20)),
      ),
    );
    assert.ok(
      kept.some((image) => Math.abs(inkOf(image) - inkOf(shortened)) < 1),
      'the same ink as so many words and …',
    );
  });

  it('is nothing when there is nothing to say, and a band alone for spaces', async () => {
    const band = { background: '#102030' };
    assert.equal(inkOf(await renderer.renderText(textSpec('', band))), 0);
    const alone = await renderer.renderText({ ...textSpec(' ', band), corners: 'plain' });
    assert.equal(inkOf(alone), 800 * 100);
    assert.deepEqual(pixelAt(alone, 400, 50), [16, 32, 48, 255]);
    assert.equal(inkOf(await renderer.renderText(textSpec('\u200d\ufe0f'))), 0);
  });

  it('is smaller than its band, whose corners are round or plain', async () => {
    const style = { background: 'rgb(255 0 0 / 50%)', colour: '#0000ff' };
    const round = await renderer.renderText(textSpec(FRENCH, style));
    assert.deepEqual([pixelAt(round, 0, 0)[3], pixelAt(round, 799, 99)[3]], [0, 0]);
    assert.deepEqual(pixelAt(round, 400, 0), [255, 0, 0, 128]);
    const letters = boxOf(round, ([red]) => red < 128);
    assert.ok(letters && letters.left > 8 && letters.right < 791 && letters.top > 2 && letters.bottom < 97);
    const plain = await renderer.renderText({ ...textSpec(FRENCH, style), corners: 'plain' });
    assert.deepEqual(pixelAt(plain, 0, 0), [255, 0, 0, 128]);
  });
});

describe('letters', () => {
  const pairs = [
    ['É', 'E'],
    ['é', 'e'],
    ['ç', 'c'],
    ['Å', 'A'],
    ['Ł', 'L'],
    ['œ', 'oe'],
    ['à', 'a'],
    ['ğ', 'g'],
    ['İ', 'I'],
    ['ÿ', 'y'],
    ['’', '′'],
  ] as const;
  for (const [accented, bare] of pairs) {
    it(`has its sign: ${accented} is not ${bare}`, async () => {
      const [one, other] = [await renderer.renderText(textSpec(accented)), await renderer.renderText(textSpec(bare))];
      assert.notDeepEqual(one.rgba, other.rgba);
    });
  }

  it('has its accent above and its cedilla below', async () => {
    const of = async (text: string) => boxOf(await renderer.renderText(textSpec(text, { valign: 'middle' })));
    const [E, É, c, ç] = [await of('E'), await of('É'), await of('c'), await of('ç')];
    assert.ok(E && É && c && ç);
    assert.ok(É.top <= E.top - 5 && É.bottom === E.bottom);
    assert.ok(ç.bottom >= c.bottom + 5 && ç.top === c.top);
  });

  it('are plain text: tags and entities show as they are written', async () => {
    const width = async (text: string): Promise<number> => boxOf(await renderer.renderText(textSpec(text)))?.right ?? 0;
    assert.ok((await width('<b>x</b>')) > 4 * (await width('x')));
    assert.ok((await width('&amp;')) > 2 * (await width('&')));
  });

  it('stand on one line whatever hangs below or rises above', async () => {
    const lineOf = async (text: string, valign: 'top' | 'middle' | 'bottom') => {
      const image = await renderer.renderText(textSpec(text, { valign }));
      const x = await renderer.renderText(textSpec('x', { valign }));
      const width = (boxOf(x)?.right ?? 0) + 1;
      const firstLetter = {
        ...image,
        rgba: image.rgba.map((value, i) => ((i >> 2) % image.widthPx < width ? value : 0)),
      };
      return boxOf(firstLetter)?.bottom;
    };
    for (const valign of ['top', 'middle', 'bottom'] as const)
      assert.equal(await lineOf('x Égypte çğ', valign), await lineOf('x', valign), valign);
  });

  it('stand where the style says', async () => {
    const of = async (align: 'left' | 'centre' | 'right', valign: 'top' | 'middle' | 'bottom') => {
      const box = boxOf(await renderer.renderText(textSpec('Hx', { align, valign })));
      assert.ok(box);
      return [(box.left + box.right) / 2 / 800, (box.top + box.bottom) / 2 / 100].map((part) => Math.round(part * 3));
    };
    assert.deepEqual(await of('left', 'top'), [0, 1]);
    assert.deepEqual(await of('right', 'bottom'), [3, 2]);
    const middle = boxOf(await renderer.renderText(textSpec('H', { align: 'centre', valign: 'middle' })));
    assert.ok(
      middle && Math.abs(middle.left + middle.right - 799) <= 2 && Math.abs(middle.top + middle.bottom - 99) <= 2,
    );
  });

  it('are left out when they are pictographs without a letter in the font, and no box takes their place', async () => {
    const [without, withRocket] = [
      await renderer.renderText(textSpec('Cours spatial')),
      await renderer.renderText(textSpec('Cours 🚀spatial')),
    ];
    assert.deepEqual(withRocket.rgba, without.rgba);
    assert.ok(inkOf(await renderer.renderText(textSpec('😀'))) > 50, 'this one the font has');
  });

  it('run from right to left in Hebrew', async () => {
    // lamed, the only letter that rises above the others, is written first: at the right.
    const image = await renderer.renderText(textSpec('לםםם'));
    const box = boxOf(image);
    assert.ok(box);
    const highest = boxOf({
      ...image,
      rgba: image.rgba.slice(0, (box.top + 2) * image.widthPx * 4),
      heightPx: box.top + 2,
    });
    assert.ok(highest && highest.left > box.left + (box.right - box.left) * 0.6);
  });
});

describe('a bad style', () => {
  const refused: [Parameters<typeof textSpec>[1], RegExp][] = [
    [{ colour: 'nocolour' }, /"nocolour" is no colour: write a CSS name/],
    [{ background: 'url(x)' }, /"url\(x\)" is no colour/],
    [{ size: 0 }, /letters of 0 canvas heights/],
    [{ size: Number.NaN }, /letters of NaN/],
    [{ size: 40 }, /letters of 40/],
  ];
  for (const [style, message] of refused) {
    it(`is refused: ${JSON.stringify(style)}`, async () => {
      await assert.rejects(renderer.renderText(textSpec('x', style)), { name: 'OverlayError', message });
    });
  }

  for (const [widthPx, heightPx] of [
    [0, 10],
    [10, -1],
    [1.5, 2],
    [100_000, 1],
    [Number.NaN, 1],
  ] as const) {
    it(`is refused: ${widthPx}x${heightPx} pixels`, async () => {
      await assert.rejects(renderer.renderText(textSpec('x', {}, widthPx, heightPx)), {
        name: 'OverlayError',
        code: 'size',
      });
    });
  }
});
