// May take 15 minutes: it films decks, and reads the words on their slides.
import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { findSlides } from '#lib/analysis/slides/find-slides.ts';
import { readSlideTexts } from '#lib/analysis/texts/slide-texts.ts';
import { findTesseract } from '#lib/analysis/texts/tesseract.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import { findFfmpeg, type Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { CORPUS_PLANS, scoreOf, windowsOfDeck } from '#simulator/decks/corpus.ts';
import { makeDeck, type Deck, type DeckPlan } from '#simulator/decks/deck.ts';
import { writeDeck } from '#simulator/decks/write-deck.ts';

let folder = '';
let programs: Ffmpeg;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'amphi-slides-'));
  programs = await findFfmpeg();
});
after(() => rm(folder, { recursive: true, force: true }));

const planOf = (name: string): DeckPlan => {
  const plan = CORPUS_PLANS.find((one) => one.name === name);
  assert.ok(plan);
  return plan;
};
const SMALL = { size: { widthPx: 640, heightPx: 360 }, fps: 5, bitrateKbps: 400, groupPictures: 10 };

async function filmed(deck: Deck, film = SMALL): Promise<string> {
  const path = join(folder, `${deck.name} ${film.groupPictures}.mp4`);
  await writeDeck(deck, path, { ffmpeg: programs.ffmpeg, ...film });
  return path;
}

describe('slides of a file', () => {
  test('are found on its key pictures, beside a camera and over changes of the layout', async () => {
    for (const name of ['layouts', 'films']) {
      const deck = makeDeck({ ...planOf(name), count: 6 });
      const windows = windowsOfDeck(deck);
      const found = await findSlides(programs, await filmed(deck), windows ? { windows } : {});
      assert.equal(found.sampling, 'key pictures');
      const { missed, wrong } = scoreOf(
        deck,
        found.slides.map(({ fromMs }) => fromMs),
      );
      assert.deepEqual({ name, missed, wrong }, { name, missed: [], wrong: [] });
      assert.ok(Math.abs(found.durationMs - deck.lengthMs) < 300);
    }
  });

  test('are found where key pictures are rare, on all pictures', async () => {
    const deck = makeDeck({ ...planOf('plain'), count: 4, lastsMs: [5000, 6000] });
    const found = await findSlides(programs, await filmed(deck, { ...SMALL, groupPictures: 1000 }));
    assert.equal(found.sampling, 'all pictures');
    const { missed, wrong } = scoreOf(
      deck,
      found.slides.map(({ fromMs }) => fromMs),
    );
    assert.deepEqual({ missed, wrong }, { missed: [], wrong: [] });
  });

  test('end with a reason if there is no picture, or nobody waits any more', async () => {
    const path = join(folder, 'sound.m4a');
    await runFfmpeg(programs.ffmpeg, ['-v', 'error', '-f', 'lavfi', '-i', 'sine=d=1', '-y', path]);
    await assert.rejects(findSlides(programs, path), /this file has no picture/);
    await assert.rejects(findSlides(programs, path, { signal: AbortSignal.abort(new Error('stopped')) }), /stopped/);
  });
});

const wordsOf = (text: string): string[] =>
  text
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => /\p{L}/u.test(word));

describe('texts of slides', () => {
  test('are read beside a camera at 750 kb/s: 98 of 100 words at least, 5 false ones at most, and their titles', async (t) => {
    const tesseract = await findTesseract();
    if (!tesseract?.languages.includes('fra')) return t.skip('tesseract with French is not installed');
    const { scenes = [] } = planOf('beside the camera');
    const deck = makeDeck({
      ...planOf('plain'),
      name: 'words',
      scenes,
      bodies: ['points', 'build-up', 'table'],
      count: 3,
      lastsMs: [4500, 5000],
    });
    const film = { size: { widthPx: 1280, heightPx: 720 }, fps: 5, bitrateKbps: 750, groupPictures: 10 };
    const path = await filmed(deck, film);
    const windows = windowsOfDeck(deck) ?? [];
    const { slides } = await findSlides(programs, path, { windows });
    assert.equal(slides.length, 3);
    const stills: number[] = [];
    const asked = {
      windows,
      folder,
      onStill: (still: Buffer) => void stills.push(still.length),
    };
    const texts = await readSlideTexts(programs, tesseract, path, slides, asked);
    let [all, read, wrong] = [0, 0, 0];
    for (const [at, text] of texts.entries()) {
      const shown = deck.shown.findLast(({ slide }) => slide === at);
      assert.ok(shown && text);
      assert.equal(text.title, shown.title);
      const left = wordsOf(text.lines.map((line) => line.text).join(' '));
      for (const word of wordsOf([shown.title, ...shown.lines].join(' '))) {
        all += 1;
        const place = left.indexOf(word);
        if (place >= 0) left.splice(place, 1);
        read += place >= 0 ? 1 : 0;
      }
      wrong += left.length;
    }
    assert.ok(read / all >= 0.98, `${read} of ${all} words`);
    assert.ok(wrong / all <= 0.05, `${wrong} false ones beside ${all}`);
    assert.equal(stills.length, 3);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !/\.(mp4|m4a)$/.test(name)),
      [],
    );
  });

  test('are left out without tesseract, and stills are taken all the same', async () => {
    const deck = makeDeck({ ...planOf('plain'), name: 'no words', count: 2, lastsMs: [4500, 5000] });
    const path = await filmed(deck);
    const { slides } = await findSlides(programs, path);
    const none = await findTesseract(undefined, { PATH: folder });
    assert.equal(none, undefined);
    const stills: number[] = [];
    const texts = await readSlideTexts(programs, none, path, slides, {
      folder,
      onStill: (_, slide) => void stills.push(slide),
    });
    assert.deepEqual(
      [texts, stills],
      [
        [undefined, undefined],
        [0, 1],
      ],
    );
  });
});
