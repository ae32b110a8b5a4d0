/** Draws every factory layout as PNG, with placeholders for both sources: `node overlays/gallery.ts [folder]`. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import sharp, { type OverlayOptions } from 'sharp';

import type { Size } from '#lib/media/geometry.ts';
import type { Layout, LayoutWindow } from '#lib/media/layout.ts';

import { drawBackground, drawOverlay, pixelRect } from './draw.ts';
import { factoryLayouts } from './factory-layouts.ts';
import type { RgbaImage } from './pixels.ts';
import { openRenderer, type Renderer } from './render.ts';
import { renderSlate } from './slate.ts';

const CANVAS: Size = { widthPx: 1280, heightPx: 720 };
const VALUES = {
  title: 'Informations générales — L’œuvre d’Łukasz à Ångström, où çà ?',
  presenter: 'Pr Élodie Lefèvre-Ğüven',
  course: 'UE 3 · Organisation des appareils et des systèmes',
  series: 'PAES_2016_S2',
  hall: 'Amphi D',
  nowMs: Date.UTC(2017, 0, 4, 12, 51, 0),
  timeZone: 'Europe/Paris',
};

const folder = process.argv[2] ?? 'gallery';
await mkdir(folder, { recursive: true });
const renderer = openRenderer({ folder: fileURLToPath(new URL('assets', import.meta.url)) });
for (const [i, layout] of factoryLayouts.entries()) {
  const file = join(folder, `${String(i + 1).padStart(2, '0')} ${layout.name}.png`);
  await sharp(...rawOf(await drawBackground(renderer, layout, CANVAS)))
    .composite(await partsOf(renderer, layout))
    .png()
    .toFile(file);
  console.log(file);
}
await sharp(...rawOf(await renderSlate({ ...CANVAS, detail: 'Canal B · Caméra' })))
  .png()
  .toFile(join(folder, 'slate.png'));

/** Windows and overlays, from the lowest to the highest. */
async function partsOf(renderer: Renderer, { windows, overlays }: Layout): Promise<OverlayOptions[]> {
  const parts: { z: number; part: OverlayOptions }[] = [];
  for (const window of windows) {
    const { xPx: left, yPx: top, ...size } = pixelRect(window.rect, CANVAS);
    parts.push({ z: window.z, part: { input: placeholder(window, size), left, top } });
  }
  for (const overlay of overlays) {
    const placed = await drawOverlay(renderer, overlay, CANVAS, VALUES);
    if (!placed) continue;
    const [input, { raw }] = rawOf(placed.image);
    parts.push({ z: overlay.z, part: { input, raw, left: placed.xPx, top: placed.yPx } });
  }
  return parts.sort((a, b) => a.z - b.z).map(({ part }) => part);
}

/** A placeholder for a source: slides are dark on white, the camera is a person before a wall. */
function placeholder({ channel }: LayoutWindow, { widthPx, heightPx }: Size): Buffer {
  const slides = `<rect width="160" height="90" fill="#fbfbf8"/><rect x="12" y="11" width="92" height="7" fill="#24405e"/>
    <g fill="#8f9aa6"><rect x="12" y="28" width="60" height="3"/><rect x="12" y="36" width="66" height="3"/>
    <rect x="12" y="44" width="52" height="3"/></g><rect x="92" y="28" width="56" height="38" fill="#d6e2ec"/>
    <path d="M96 62 L110 46 L122 54 L144 34" fill="none" stroke="#2f7d87" stroke-width="2"/>`;
  const camera = `<rect width="160" height="90" fill="#5a6b5f"/><rect x="10" y="8" width="70" height="44" fill="#33473c"/>
    <circle cx="104" cy="38" r="10" fill="#d9b08c"/><path d="M84 90 C84 58 124 58 124 90 Z" fill="#2d3446"/>`;
  return Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 160 90" width="${widthPx}" height="${heightPx}">` +
      `${channel === 'A' ? slides : camera}<rect y="70.2" width="160" height="19.8" fill="#000" opacity="0.12"/></svg>`,
  );
}

function rawOf({
  rgba,
  widthPx,
  heightPx,
}: RgbaImage): [Buffer, { raw: { width: number; height: number; channels: 4 } }] {
  return [Buffer.from(rgba), { raw: { width: widthPx, height: heightPx, channels: 4 } }];
}
