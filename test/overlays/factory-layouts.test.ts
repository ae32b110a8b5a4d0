import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import type { Rect } from '#lib/media/geometry.ts';
import type { Overlay } from '#lib/media/layout.ts';
import { parseColour } from '#overlays/colour.ts';
import { drawBackground, drawOverlay, pixelRect } from '#overlays/draw.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openRenderer } from '#overlays/render.ts';
import { unknownKeys } from '#overlays/template.ts';

import { boxOf } from './pixels-of.ts';

const NAMES = [
  'PBP Upp LFT',
  'PBP Upp RHT',
  'PBP Mid LFT',
  'PBP Mid RHT',
  'PIP Upp LFT',
  'PIP Upp RHT',
  'Side By Side',
  'Side By Side(1)',
  'Fullscreen A',
  'Fullscreen B',
  'ChA Center',
  'ChB Center',
];
/** Which channel's window is where: centre of each, in tenths of the canvas, and its share of the canvas in percent. */
const WINDOWS = [
  'A 6 5 49 B 1 3 6',
  'A 3 5 49 B 8 3 6',
  'A 6 5 42 B 1 5 9',
  'A 3 5 42 B 8 5 9',
  'A 5 5 100 B 1 2 6',
  'A 5 5 100 B 8 2 6',
  'A 2 5 23 B 7 5 23',
  'A 7 6 23 B 2 6 23',
  'A 5 5 100',
  'B 5 5 100',
  'A 5 5 64',
  'B 5 5 64',
];
const CANVAS = { widthPx: 1280, heightPx: 720 };

it('there are twelve, in the order of the device, with names of at most 16 characters', () => {
  assert.deepEqual(
    factoryLayouts.map(({ name }) => name),
    NAMES,
  );
  assert.ok(NAMES.every((name) => name.length <= 16));
});

it('their windows are where the names say', () => {
  const found = factoryLayouts.map(({ windows }) =>
    windows
      .map(({ channel, rect: { x, y, width, height } }) => {
        const tenths = (part: number): number => Math.floor(part * 10 + 1e-9);
        return `${channel} ${tenths(x + width / 2)} ${tenths(y + height / 2)} ${Math.round(width * height * 100)}`;
      })
      .join(' '),
  );
  assert.deepEqual(found, WINDOWS);
});

for (const layout of factoryLayouts) {
  describe(layout.name, () => {
    it('has windows on even pixels, in the shape of 16:9', () => {
      for (const { rect } of layout.windows) {
        const pixels = [rect.x * 1280, rect.y * 720, rect.width * 1280, rect.height * 720];
        for (const pixel of pixels) assert.ok(Math.abs(pixel / 2 - Math.round(pixel / 2)) < 1e-9, String(pixel));
        const { widthPx, heightPx } = pixelRect(rect, CANVAS);
        assert.equal(widthPx * 9, heightPx * 16);
        assert.ok(inside(rect));
      }
    });

    it('keeps the lower 22 % of each window free, but for a window before it', () => {
      for (const { rect, z } of layout.windows) {
        const lower = { ...rect, y: rect.y + rect.height * 0.78, height: rect.height * 0.22 };
        const above = [
          ...layout.overlays.map((overlay) => overlay.rect),
          ...layout.windows.filter((w) => w.z > z).map((w) => w.rect),
        ];
        for (const other of above) assert.ok(!overlaps(lower, other));
      }
    });

    it('has overlays that are inside, do not touch each other, and meet no window but in the band at the top', () => {
      const band = layout.overlays.find(({ name }) => name === 'header');
      const others = layout.overlays.filter((overlay) => overlay !== band);
      for (const [i, { name, rect }] of others.entries()) {
        assert.ok(inside(rect), name);
        for (const other of others.slice(i + 1)) assert.ok(!overlaps(rect, other.rect), `${name} and ${other.name}`);
        for (const window of layout.windows)
          assert.ok(!overlaps(rect, window.rect) || (band && rect.y + rect.height <= band.rect.height), name);
      }
    });

    it('says title, presenter and time, with two logos at the top left', () => {
      const templates = layout.overlays.map((overlay) => (overlay.kind === 'text' ? overlay.template : '')).join(' ');
      assert.match(templates, /\{title\}/);
      assert.match(templates, /\{presenter\}/);
      assert.ok(layout.overlays.some(({ kind }) => kind === 'clock'));
      const logos = layout.overlays.filter((overlay) => overlay.kind === 'logo');
      assert.deepEqual(
        logos.map(({ file }) => file),
        ['logo-1', 'logo-2'],
      );
      for (const { rect } of logos) assert.ok(rect.x + rect.width < 0.25 && rect.y < 0.1);
      const title = layout.overlays.find(({ name }) => name === 'title');
      const slides = layout.windows[0];
      assert.ok(title && slides && title.rect.y < Math.max(slides.rect.y, 0.01), 'the title is above the slides');
    });

    it('has styles that can be drawn and templates that can be filled', () => {
      parseColour(layout.background.colour);
      for (const overlay of layout.overlays) {
        if (overlay.kind === 'text') assert.deepEqual(unknownKeys(overlay.template), []);
        if (overlay.kind !== 'text' && overlay.kind !== 'clock') continue;
        parseColour(overlay.style.colour);
        if (overlay.style.background) parseColour(overlay.style.background);
      }
    });

    for (const [widthPx, heightPx] of [
      [1280, 720],
      [512, 288],
      [1920, 1080],
    ] as const) {
      it(`is drawn whole on ${widthPx}x${heightPx}`, async () => {
        const canvas = { widthPx, heightPx };
        const background = await drawBackground(renderer, layout, canvas);
        assert.deepEqual(background.rgba.length, widthPx * heightPx * 4);
        for (const overlay of layout.overlays) await drawnInside(overlay, canvas);
      });
    }
  });
}

const renderer = openRenderer({ folder: fileURLToPath(import.meta.resolve('#overlays/assets')) });
const VALUES = {
  title:
    'Organisation des appareils et des systèmes : bases moléculaires, cellulaires et tissulaires (première partie)',
  presenter: 'Pr Élodie Lefèvre-Ğüven, Dr Łukasz Ångström',
  course: 'UE 3 · Physique, biophysique',
  series: 'PAES_2016_S2_UE3',
  hall: 'Amphi D',
  nowMs: 1_483_534_260_000,
};

async function drawnInside(overlay: Overlay, canvas: typeof CANVAS): Promise<void> {
  const placed = await drawOverlay(renderer, overlay, canvas, VALUES);
  assert.ok(placed, overlay.name);
  const { xPx, yPx, image } = placed;
  assert.ok(xPx % 2 === 0 && yPx % 2 === 0 && image.widthPx % 2 === 0 && image.heightPx % 2 === 0);
  assert.ok(xPx + image.widthPx <= canvas.widthPx && yPx + image.heightPx <= canvas.heightPx);
  const box = boxOf(image);
  assert.ok(box, `${overlay.name} is drawn`);
  if (overlay.kind === 'logo' || overlay.name === 'header') return;
  assert.ok(
    box.left > 0 && box.top > 0 && box.right < image.widthPx - 1 && box.bottom < image.heightPx - 1,
    overlay.name,
  );
}

function inside({ x, y, width, height }: Rect): boolean {
  return x >= 0 && y >= 0 && x + width <= 1 + 1e-9 && y + height <= 1 + 1e-9;
}

function overlaps(a: Rect, b: Rect): boolean {
  const near = 1e-9;
  return (
    a.x < b.x + b.width - near &&
    b.x < a.x + a.width - near &&
    a.y < b.y + b.height - near &&
    b.y < a.y + a.height - near
  );
}
