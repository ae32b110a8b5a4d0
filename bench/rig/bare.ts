import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import type { EncoderWanted } from '#agent/device/state.ts';
import { encoderArgv } from '#agent/media/encoders/encoder-argv.ts';
import type { Size } from '#lib/media/geometry.ts';
import type { Layout, Overlay } from '#lib/media/layout.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { drawBackground, drawOverlay, pixelRect } from '#overlays/draw.ts';
import { openRenderer, type Renderer } from '#overlays/render.ts';
import type { TemplateValues } from '#overlays/template.ts';

/**
 * The yardstick: one ffmpeg that composes and encodes with a filter graph, and that does not survive the loss of a
 * source.
 */
export interface Bare {
  pid: number;
  close(): Promise<void>;
}

export interface BareJob {
  /** FFmpeg's input arguments of channels A and B, such as `-re -stream_loop -1 -i FILE`. */
  inputs: readonly [readonly string[], readonly string[]];
  layout: Layout;
  encoder: EncoderWanted;
  values: Omit<TemplateValues, 'nowMs'>;
}

/**
 * Starts the bare ffmpeg. Windows, background and overlays are at the places where the box has them; sound is the mix
 * of both channels, as in the box.
 */
export async function startBare(job: BareJob): Promise<Bare> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-bare-'));
  const child = startChild({ command: 'ffmpeg', argv: await bareArgv(job, folder) });
  const close = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true, force: true });
  };
  const early = await Promise.race([child.died, sleep(1500)]);
  if (early || child.pid === undefined) {
    await close();
    throw new Error(`the bare ffmpeg does not run: ${child.stderrTail()}`);
  }
  return { pid: child.pid, close };
}

async function bareArgv({ inputs, layout, encoder, values }: BareJob, folder: string): Promise<string[]> {
  const renderer = openRenderer({ folder: fileURLToPath(new URL('../../overlays/assets', import.meta.url)) });
  const stills = await drawStills(renderer, layout, encoder, values, folder);
  // Arguments of our own encoder from the codec on; frames and time stamps come from the graph, key pictures by `-g`.
  const ours = encoderArgv(encoder, 'software', 0);
  return [
    '-hide_banner',
    '-nostats',
    '-loglevel',
    'warning',
    '-nostdin',
    '-y',
    ...inputs.flat(),
    ...stills.flatMap(({ path }) => ['-i', path]),
    '-filter_complex',
    graphOf(layout, encoder, stills),
    '-map',
    '[picture]',
    '-map',
    '[sound]',
    ...ours.slice(ours.indexOf('-c:v'), -1),
    '/dev/null',
  ];
}

interface Still {
  path: string;
  xPx: number;
  yPx: number;
}

/** Draws the background, if it is visible, then the overlays from back to front, as PNG files. */
async function drawStills(
  renderer: Renderer,
  layout: Layout,
  canvas: Size,
  values: BareJob['values'],
  folder: string,
): Promise<Still[]> {
  const background = await drawBackground(renderer, layout, canvas);
  const placed = coversAll(layout) ? [] : [{ xPx: 0, yPx: 0, image: background }];
  for (const overlay of layout.overlays.toSorted((a: Overlay, b: Overlay) => a.z - b.z)) {
    const one = await drawOverlay(renderer, overlay, canvas, { ...values, nowMs: Date.now() });
    if (one) placed.push(one);
  }
  return Promise.all(
    placed.map(async ({ xPx, yPx, image: { rgba, widthPx, heightPx } }, index) => {
      const path = join(folder, `${index}.png`);
      await sharp(rgba, { raw: { width: widthPx, height: heightPx, channels: 4 } })
        .png()
        .toFile(path);
      return { path, xPx, yPx };
    }),
  );
}

const coversAll = ({ windows }: Layout): boolean => windows.some(({ rect }) => rect.width === 1 && rect.height === 1);

/** The filter graph. Inputs 0 and 1 are the channels; the stills follow. */
function graphOf(layout: Layout, canvas: Size & { fps: number }, stills: readonly Still[]): string {
  const windows = layout.windows
    .toSorted((a, b) => a.z - b.z)
    .map(({ channel, rect }) => ({ channel, ...pixelRect(rect, canvas) }));
  const scaled = windows.map(
    ({ channel, widthPx, heightPx }, index) =>
      `[${channel === 'A' ? 0 : 1}:v]fps=${canvas.fps},scale=${widthPx}:${heightPx}:flags=bicubic,format=yuv420p[w${index}]`,
  );
  const [ground, overlays] = coversAll(layout) ? [undefined, stills] : [stills[0], stills.slice(1)];
  const layers = [
    ...windows.map((window, index) => ({ ...window, name: `[w${index}]` })),
    ...overlays.map((still) => ({ ...still, name: `[${2 + stills.indexOf(still)}:v]` })),
  ];
  const bottom = ground
    ? `[2:v]format=yuv420p,loop=-1:1,fps=${canvas.fps},setpts=N/${canvas.fps}/TB[ground]`
    : undefined;
  const first = ground ? '[ground]' : layers.shift()?.name;
  const chain = layers.map(({ name, xPx, yPx }, index) => {
    const under = index === 0 ? first : `[o${index}]`;
    return `${under}${name}overlay=${xPx}:${yPx}:format=yuv420${index === layers.length - 1 ? '[picture]' : `[o${index + 1}]`}`;
  });
  return [...scaled, ...(bottom ? [bottom] : []), ...chain, '[0:a][1:a]amix=inputs=2:normalize=0[sound]'].join(';');
}
