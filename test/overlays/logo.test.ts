import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import sharp from 'sharp';

import { openRenderer } from '#overlays/render.ts';

import { boxOf, inkOf, pixelAt } from './pixels-of.ts';

const outside = mkdtempSync(join(tmpdir(), 'amphi-overlays-'));
const folder = join(outside, 'overlays');
mkdirSync(join(folder, 'crests'), { recursive: true });
after(() => rmSync(outside, { recursive: true }));

const renderer = openRenderer({ folder });
const logo = async (file: string, opacity = 1, widthPx = 80, heightPx = 80) =>
  renderer.renderLogo({ file, opacity, widthPx, heightPx });
const put = (name: string, bytes: string | Buffer): void => writeFileSync(join(folder, name), bytes);
const svg = (inside: string, attributes = 'viewBox="0 0 100 50"'): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ${attributes}>${inside}</svg>`;
const red = (alpha: number) =>
  sharp({ create: { width: 100, height: 50, channels: 4, background: { r: 255, g: 0, b: 0, alpha } } });

describe('a logo', () => {
  it('keeps its shape, at the left and halfway down', async () => {
    put('wide.png', await red(1).png().toBuffer());
    const image = await logo('wide.png');
    assert.ok(image);
    assert.deepEqual([image.widthPx, image.heightPx], [80, 80]);
    assert.deepEqual(boxOf(image), { left: 0, top: 20, right: 79, bottom: 59 });
    assert.deepEqual(boxOf((await logo('wide.png', 1, 100, 20)) ?? image), { left: 0, top: 0, right: 39, bottom: 19 });
  });

  it('keeps its transparency, with straight colours', async () => {
    put('half.png', await red(0.5).png().toBuffer());
    put('half.webp', await red(0.5).webp({ lossless: true }).toBuffer());
    put('half.svg', svg('<rect width="100" height="50" fill="#f00" fill-opacity="0.5"/>'));
    for (const file of ['half.png', 'half.webp', 'half.svg']) {
      const image = await logo(file);
      assert.ok(image);
      const [r, g, b, alpha] = pixelAt(image, 40, 40);
      assert.deepEqual([r, g, b], [255, 0, 0], file);
      assert.ok(Math.abs(alpha - 128) <= 1, file);
      assert.equal(pixelAt(image, 40, 10)[3], 0);
    }
  });

  it('has an opacity', async () => {
    const image = await logo('half.png', 0.5);
    assert.ok(image && Math.abs(pixelAt(image, 40, 40)[3] - 64) <= 1);
    for (const opacity of [-1, 2, Number.NaN]) await assert.rejects(logo('half.png', opacity), /opacity/);
  });

  it('may be JPEG, grey, of 16 bits or with a palette', async () => {
    put('photo.jpg', await red(1).flatten().jpeg({ quality: 95 }).toBuffer());
    put('palette.png', await red(1).png({ palette: true }).toBuffer());
    put('grey.png', await red(1).greyscale().png().toBuffer());
    put('deep.png', await red(1).toColourspace('rgb16').png().toBuffer());
    for (const file of ['photo.jpg', 'palette.png', 'grey.png', 'deep.png']) {
      const image = await logo(file);
      assert.ok(image);
      assert.equal(image.rgba.length, 80 * 80 * 4, file);
      const [r, g, , alpha] = pixelAt(image, 40, 40);
      assert.ok(alpha === 255 && (file === 'grey.png' ? r === g : r > 250 && g < 5), `${file} ${r} ${g} ${alpha}`);
    }
  });

  it('as SVG is drawn sharp at the size asked for', async () => {
    put('edge.svg', svg('<rect width="10" height="10" fill="#0f0"/>', 'viewBox="0 0 20 10" width="20" height="10"'));
    const image = await logo('edge.svg', 1, 400, 200);
    assert.ok(image);
    assert.deepEqual([pixelAt(image, 199, 100)[3], pixelAt(image, 200, 100)[3]], [255, 0]);
  });

  it('is found without its ending; a missing one draws nothing', async () => {
    assert.ok(await logo('wide'));
    assert.equal(await logo('logo-1'), undefined);
    assert.equal(await logo('no/such/folder'), undefined);
    assert.equal(
      await openRenderer({ folder: '/nonexistent' }).renderLogo({ file: 'x', opacity: 1, widthPx: 8, heightPx: 8 }),
      undefined,
    );
  });

  it('that was exchanged is drawn anew, an old one not twice', async () => {
    put('logo-1.svg', svg('<rect width="100" height="50" fill="#00f"/>'));
    utimesSync(join(folder, 'logo-1.svg'), 1000, 1000);
    const first = await logo('logo-1');
    assert.equal(await logo('logo-1'), first, 'the same picture');
    put('logo-1.svg', svg('<rect width="100" height="50" fill="#0f0"/>'));
    const second = await logo('logo-1');
    assert.ok(first && second);
    assert.deepEqual(
      [pixelAt(first, 40, 40), pixelAt(second, 40, 40)],
      [
        [0, 0, 255, 255],
        [0, 255, 0, 255],
      ],
    );
  });
});

describe('a name', () => {
  it('may be in a folder inside', async () => {
    put('crests/a.svg', svg('<rect width="100" height="50"/>'));
    assert.ok(await logo('crests/a.svg'));
  });

  it('that leaves the folder is refused', async () => {
    writeFileSync(join(outside, 'secret.svg'), svg('<rect width="100" height="50"/>'));
    for (const file of [
      '../secret.svg',
      'crests/../../secret.svg',
      '/etc/passwd',
      join(outside, 'secret.svg'),
      '..\\secret.svg',
      '.',
      '',
      'a\0.png',
      'x'.repeat(5000),
    ])
      await assert.rejects(logo(file), { name: 'OverlayError', code: 'file' }, file);
  });

  it('of a link, of a file in a linked folder, or of a pipe is refused', async () => {
    symlinkSync(join(outside, 'secret.svg'), join(folder, 'link.svg'));
    symlinkSync(outside, join(folder, 'linked'));
    execFileSync('mkfifo', [join(folder, 'pipe.png')]);
    for (const file of ['link.svg', 'link', 'linked/secret.svg', 'pipe.png'])
      await assert.rejects(logo(file), { name: 'OverlayError', code: 'file' }, file);
    assert.equal(await logo('crests'), undefined, 'a folder is no picture');
  });
});

describe('a hostile picture is refused with a reason', () => {
  const data = (bytes: Buffer, type = 'png'): string =>
    `<image width="9" height="9" href="data:image/${type};base64,${bytes.toString('base64')}"/>`;
  const refused = (name: string, bytes: () => string | Buffer | Promise<string | Buffer>, message: RegExp): void => {
    it(name, async () => {
      put(name, await bytes());
      await assert.rejects(logo(name), (error: Error) => {
        assert.equal(error.name, 'OverlayError');
        assert.match(error.message, message);
        assert.ok(error.message.includes(name) && error.message.length < 300);
        return true;
      });
    });
  };
  const bomb = () =>
    sharp({ create: { width: 30_000, height: 3000, channels: 3, background: '#000' }, limitInputPixels: false })
      .png()
      .toBuffer();
  const external = /refers to something outside of itself/;

  refused('empty.png', () => '', /is none of PNG/);
  refused('text.png', () => 'hello', /is none of PNG/);
  refused('other.gif', () => 'GIF89a', /is none of PNG/);
  refused('half-way.png', async () => (await red(1).png().toBuffer()).subarray(0, 60), /cannot be drawn/);
  refused(
    'garbage.png',
    () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(999, 7)]),
    /cannot be drawn/,
  );
  refused('bomb.png', bomb, /more than 25 million pixels/);
  refused('huge.svg', () => Buffer.alloc(100_000_000, '<svg '), /has 100 MB/);
  refused('large.svg', () => svg(`<!--${'x'.repeat(3_000_000)}-->`), /an SVG may have 2 MB/);
  refused('crowded.svg', () => svg('<g/>'.repeat(30_000)), /more than 20000 elements/);
  refused('latin.svg', () => Buffer.from(svg('<text>é</text>'), 'latin1'), /is not UTF-8/);
  refused('wide.svg', () => svg('', 'width="10000000" height="10000000"'), /cannot be drawn/);
  refused('broken.svg', () => '<svg><g>', /cannot be drawn/);
  refused('file.svg', () => svg('<image href="file:///etc/passwd" width="9" height="9"/>'), external);
  refused('beside.svg', () => svg("<image xlink:href = 'half.png' width='9' height='9'/>"), external);
  refused('net.svg', () => svg('<use href="http://127.0.0.1:9/x.svg#a"/>'), external);
  refused('coded.svg', () => svg('<image href="&#102;ile:///etc/passwd" width="9" height="9"/>'), external);
  refused('paint.svg', () => svg('<rect width="9" height="9" style="fill:url( \'half.svg#a\' )"/>'), external);
  refused('nested.svg', () => svg(data(Buffer.from(svg('')), 'svg+xml')), external);
  refused('inner-bomb.svg', async () => svg(data(await bomb())), /holds too large a picture/);
  refused(
    'entity.svg',
    () => `<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>${svg('<text>&a;</text>')}`,
    /declares entities/,
  );
  refused('sheet.svg', () => `<?xml-stylesheet href="x.css"?>${svg('')}`, /includes other files/);
  refused('import.svg', () => svg('<style>@import "x.css";</style>'), /includes other files/);

  it('and what is inside of itself is drawn', async () => {
    const inner = data(await red(1).png().toBuffer());
    put(
      'inside.svg',
      svg(
        `<defs><linearGradient id="a"><stop stop-color="#f00"/></linearGradient></defs>${inner}<rect x="20" width="80" height="50" fill="url(#a)"/>`,
      ),
    );
    const image = await logo('inside.svg');
    assert.ok(image);
    assert.deepEqual(pixelAt(image, 60, 40), [255, 0, 0, 255]);
  });

  it('librsvg itself opens nothing, even when it is asked in a way that we do not see', async () => {
    put(
      'tall.png',
      await sharp({ create: { width: 10, height: 10, channels: 3, background: '#0f0' } })
        .png()
        .toBuffer(),
    );
    put(
      'escaped.svg',
      svg(`<style>rect { fill: u\\72l("${folder}/half.svg#a") } @im\\70ort "${folder}/x.css";</style><circle r="9"/>`),
    );
    const image = await logo('escaped.svg');
    assert.ok(image && inkOf(image) > 0);
    const direct = await sharp(Buffer.from(svg(`<image href="file://${folder}/tall.png" width="100" height="50"/>`)))
      .raw()
      .toBuffer();
    assert.ok(direct.every((value) => value === 0));
  });
});

describe('a background', () => {
  const canvas = { widthPx: 160, heightPx: 90 };

  it('is a colour, always opaque', async () => {
    const image = await renderer.renderBackground({ colour: 'rgb(1 2 3 / 10%)', ...canvas });
    assert.ok(inkOf(image) === 160 * 90);
    assert.deepEqual(pixelAt(image, 0, 0), [1, 2, 3, 255]);
    await assert.rejects(renderer.renderBackground({ colour: 'dusk', ...canvas }), /"dusk" is no colour/);
  });

  it('is a picture that fills the canvas, over the colour', async () => {
    const image = await renderer.renderBackground({ colour: '#0000ff', image: 'half.png', ...canvas });
    assert.ok(inkOf(image) === 160 * 90);
    const [r, g, b] = pixelAt(image, 0, 0);
    assert.ok(Math.abs(r - 128) <= 1 && g === 0 && Math.abs(b - 127) <= 1);
  });

  it('is the colour alone when the picture is missing', async () => {
    const image = await renderer.renderBackground({ colour: '#123456', image: 'background', ...canvas });
    assert.deepEqual(pixelAt(image, 80, 45), [0x12, 0x34, 0x56, 255]);
  });
});
