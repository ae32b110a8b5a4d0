import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import sharp from 'sharp';
import { extractLinks, extractText, getDocumentProxy } from 'unpdf';
import { writeSlidesPdf, type SlidePage } from '#lib/analysis/texts/slides-pdf.ts';

let folder = '';
before(async () => void (folder = await mkdtemp(join(tmpdir(), 'amphi-pdf-'))));
after(() => rm(folder, { recursive: true, force: true }));

const picture = (): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 360, channels: 3, background: '#ffffff' } })
    .jpeg()
    .toBuffer();
const line = (text: string, y: number) => ({ text, words: [], box: { x: 40, y, width: 400, height: 24 } });
const page = async (fromMs: number, ...texts: string[]): Promise<SlidePage> => ({
  picture: await picture(),
  size: { widthPx: 640, heightPx: 360 },
  lines: texts.map((text, at) => line(text, 30 + at * 60)),
  title: texts[0],
  fromMs,
});

describe('slides as a PDF', () => {
  test('can be searched, also for French and Greek letters, and lead to their second', async () => {
    const to = join(folder, 'slides.pdf');
    const pages = [await page(0, 'Le cœur : « rappels »'), await page(3_725_000, 'Rythme α et β', 'Hémoglobine')];
    const linkOf = (fromMs: number): string => `https://server/play/1?t=${fromMs / 1000}`;
    await writeSlidesPdf(to, pages, { title: 'Cours d’Œuvrard', language: 'fr', linkOf });
    const pdf = await getDocumentProxy(new Uint8Array(await readFile(to)));
    const { text, totalPages } = await extractText(pdf);
    assert.equal(totalPages, 2);
    assert.match(text[0] ?? '', /Le cœur : « rappels »[\s\S]*0:00/);
    assert.match(text[1] ?? '', /Rythme α et β[\s\S]*Hémoglobine[\s\S]*1:02:05/);
    assert.deepEqual((await extractLinks(pdf)).links, ['https://server/play/1?t=0', 'https://server/play/1?t=3725']);
    const outline = await pdf.getOutline();
    assert.deepEqual(
      outline.map(({ title }) => title),
      ['0:00  Le cœur : « rappels »', '1:02:05  Rythme α et β'],
    );
    assert.equal(((await pdf.getMetadata()).info as { Title?: string }).Title, 'Cours d’Œuvrard');
  });

  test('have their text where it is seen, and invisibly', async () => {
    const to = join(folder, 'place.pdf');
    await writeSlidesPdf(to, [await page(0, 'Une ligne')], { title: 'x', language: 'fr' });
    const pdf = await getDocumentProxy(new Uint8Array(await readFile(to)));
    const { items } = await (await pdf.getPage(1)).getTextContent();
    const pieces = items.filter((one) => 'str' in one).filter(({ str }) => str.trim() !== '' && str !== '0:00');
    const [first, last] = [pieces[0], pieces.at(-1)];
    assert.ok(first && last, 'the line is there');
    assert.equal(pieces.map(({ str }) => str).join(' '), 'Une ligne');
    const scale = 842 / 640;
    const [from, to1] = [Number(first.transform[4]), Number(last.transform[4]) + last.width];
    assert.ok(Math.abs(from - 40 * scale) < 1, `it begins at ${from}`);
    assert.ok(Math.abs(to1 - 440 * scale) < 8, `it ends at ${to1}`);
    const operators = await (await pdf.getPage(1)).getOperatorList();
    assert.ok(
      operators.argsArray.some((args: unknown) => Array.isArray(args) && args[0] === 3),
      'mode 3 is set',
    );
  });

  test('leave nothing behind if a picture cannot be read, or nobody waits any more', async () => {
    const broken = { ...(await page(0, 'x')), picture: Buffer.from('no picture') };
    await assert.rejects(writeSlidesPdf(join(folder, 'broken.pdf'), [broken], { title: 'x', language: 'fr' }));
    const signal = AbortSignal.abort(new Error('stopped'));
    const stopped = writeSlidesPdf(join(folder, 'stopped.pdf'), [await page(0, 'x')], {
      title: 'x',
      language: 'fr',
      signal,
    });
    await assert.rejects(stopped, /stopped|abort/i);
    assert.deepEqual(
      (await readdir(folder)).filter((name) => /broken|stopped/.test(name)),
      [],
    );
  });
});
