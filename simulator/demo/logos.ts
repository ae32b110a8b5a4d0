import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { startChild } from '#lib/runtime/processes/child.ts';

/** An overlay of a layout, as the box describes it. */
interface Overlay {
  kind: string;
  name: string;
  rect: { x: number; y: number; width: number; height: number };
  file?: string;
}

const SIZE = { widthPx: 1280, heightPx: 720 };
const AT_SECONDS = 1;
/** Opacity (0 to 255) from which on a logo hides what is behind it. */
const OPAQUE = 250;

/** Likeness of each logo of a layout, 0 to 1, in the picture of a file one second after its beginning. */
export async function logosIn(
  file: string,
  overlays: readonly Overlay[],
  folder: string,
): Promise<{ name: string; likeness: number }[]> {
  const frame = await frameOf(file);
  const names = await readdir(folder);
  const logos = overlays.filter(({ kind }) => kind === 'logo');
  return Promise.all(
    logos.map(async ({ name, rect, file: stem = name }) => {
      const found = names.find((one) => one === stem || one.startsWith(`${stem}.`));
      const bytes = found === undefined ? undefined : await readFile(join(folder, found));
      return { name, likeness: bytes ? await likenessAt(frame, bytes, rect) : 0 };
    }),
  );
}

/** The picture of a file at one second, as RGB. */
async function frameOf(file: string): Promise<Buffer> {
  const size = `scale=${SIZE.widthPx}:${SIZE.heightPx}`;
  const argv = ['-v', 'error', '-ss', `${AT_SECONDS}`, '-i', file, '-frames:v', '1', '-vf', size];
  const child = startChild({
    command: process.env['FFMPEG_PATH'] || 'ffmpeg',
    argv: [...argv, '-f', 'rawvideo', '-pix_fmt', 'rgb24', 'pipe:1'],
    takes: [1],
  });
  const chunks: Buffer[] = [];
  for await (const chunk of child.take(1)) chunks.push(chunk as Buffer);
  await child.died;
  return Buffer.concat(chunks);
}

async function likenessAt(frame: Buffer, logo: Buffer, rect: Overlay['rect']): Promise<number> {
  const [left, top] = [Math.round(rect.x * SIZE.widthPx), Math.round(rect.y * SIZE.heightPx)];
  const [width, height] = [Math.round(rect.width * SIZE.widthPx), Math.round(rect.height * SIZE.heightPx)];
  const drawn = await sharp(logo, { density: 300 })
    .resize(width, height, { fit: 'contain', position: 'left', background: { r: 0, g: 0, b: 0, alpha: 0 } })
    .ensureAlpha()
    .raw()
    .toBuffer();
  let [differs, count] = [0, 0];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 4;
      if ((drawn[at + 3] ?? 0) < OPAQUE) continue;
      const there = ((top + y) * SIZE.widthPx + left + x) * 3;
      for (let c = 0; c < 3; c++, count++) differs += Math.abs((drawn[at + c] ?? 0) - (frame[there + c] ?? 255));
    }
  return count === 0 ? 0 : 1 - differs / count / 255;
}
