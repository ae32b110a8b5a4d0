import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { findPicture, pictureNameIn } from '#overlays/picture-file.ts';

test('the name of a picture is that of the file that is drawn: its own ending, and nothing that may not be used', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'amphi-pictures-'));
  t.after(() => rmSync(folder, { recursive: true }));
  for (const name of ['a.png', 'b.jpeg', 'c.jpg', 'c.svg', 'plain', 'dots.2.webp'])
    writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'd'));
  symlinkSync(join(folder, 'a.png'), join(folder, 'link.png'));
  for (const [asked, file] of [
    ['a', 'a.png'],
    ['a.png', 'a.png'],
    ['b', 'b.jpeg'],
    ['c', 'c.svg'],
    ['c.jpg', 'c.jpg'],
    ['plain', 'plain'],
    ['dots.2', 'dots.2.webp'],
    ['d', undefined],
    ['link', undefined],
    ['e.png', undefined],
    ['../a', undefined],
  ] as const) {
    assert.equal(pictureNameIn(folder, asked), file, asked);
    const found = await findPicture(folder, asked).catch(() => undefined);
    assert.equal(found?.path, file && join(folder, file), asked);
  }
});
