import type { Layout } from '#lib/media/layout.ts';
import { drawPicture } from '#overlays/picture.ts';
import type { Renderer } from '#overlays/render.ts';
import type { Wanted } from '#agent/device/state.ts';

type Pattern = Wanted['sis']['pattern'];

const PREFIX = 'test pattern: ';

/**
 * Settings for the engine: those that are wanted, or, while a test pattern is on, the same with the pattern in place of
 * the layout. The sources go on.
 */
export function withPattern(wanted: Wanted): Wanted {
  const { pattern } = wanted.sis;
  if (pattern === 'off') return wanted;
  const overlays: Layout['overlays'] = wanted.layout.overlays.filter(({ kind }) => kind === 'timecode');
  if (pattern === 'timestamp') overlays.push(CLOCK);
  const background = { colour: '#000000', image: `${PREFIX}${pattern}` };
  return { ...wanted, layout: { name: 'Test pattern', background, windows: [], overlays } };
}

const CLOCK: Layout['overlays'][number] = {
  kind: 'clock',
  name: 'clock',
  format: 'date-time',
  z: 10,
  rect: { x: 0.1, y: 0.4, width: 0.8, height: 0.2 },
  style: { colour: '#ffffff', background: '', align: 'centre', valign: 'middle', bold: true, size: 0.12 },
};

/** Gives a renderer that draws test patterns, besides what `renderer` draws. */
export function withPatterns(renderer: Renderer): Renderer {
  return {
    renderText: (spec) => renderer.renderText(spec),
    renderLogo: (spec) => renderer.renderLogo(spec),
    renderClock: (spec) => renderer.renderClock(spec),
    renderBackground(spec) {
      if (!spec.image?.startsWith(PREFIX)) return renderer.renderBackground(spec);
      const svg = patternSvg(spec.image.slice(PREFIX.length) as Pattern);
      const ground = { red: 0, green: 0, blue: 0, alpha: 255 };
      return drawPicture('test pattern', Buffer.from(svg), { ...spec, fit: 'cover', ground });
    },
  };
}

const [WIDTH, HEIGHT] = [1280, 720];
const box = (x: number, y: number, width: number, height: number, style: string): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" ${style}/>`;
const line = 'fill="none" stroke="#ffffff" stroke-width="4"';

/** Colours of the usual eight test bars: grey, yellow, cyan, green, magenta, red, blue at 75 %, and black. */
const BARS = ['#bfbfbf', '#bfbf00', '#00bfbf', '#00bf00', '#bf00bf', '#bf0000', '#0000bf', '#000000'];
const bars = (height = HEIGHT): string =>
  BARS.map((colour, at) => box((at * WIDTH) / 8, 0, WIDTH / 8, height, `fill="${colour}"`)).join('');

/**
 * The largest rectangle of an aspect ratio, with a circle in it: a circle that looks round shows that the ratio is
 * kept.
 */
function shape(ratio: number): string {
  const [width, height] =
    ratio > WIDTH / HEIGHT ? [WIDTH - 8, (WIDTH - 8) / ratio] : [(HEIGHT - 8) * ratio, HEIGHT - 8];
  const frame = box((WIDTH - width) / 2, (HEIGHT - height) / 2, width, height, line);
  return `${frame}<circle cx="640" cy="360" r="${height / 2 - 4}" ${line}/>`;
}

/** Rectangles at the edge of the picture, and 2.5, 5 and 10 % inside of it, which show what a screen cuts off. */
const crop = (): string =>
  [0, 0.025, 0.05, 0.1]
    .map((part) =>
      box(2 + WIDTH * part, 2 + HEIGHT * part, WIDTH * (1 - 2 * part) - 4, HEIGHT * (1 - 2 * part) - 4, line),
    )
    .join('');

/** White lines of 1, 2, 4, 8, 16 and 32 pixels' width, and a white field, to show how sharp edges are. */
const pulse = (): string =>
  [1, 2, 4, 8, 16, 32, 240].map((width, at) => box(80 + at * 130, 120, width, 480, 'fill="#ffffff"')).join('');

const DRAWN: Record<Pattern, () => string> = {
  off: () => '',
  bars: () => bars(),
  'aspect-1.33': () => shape(4 / 3),
  'aspect-1.78': () => shape(16 / 9),
  'aspect-1.85': () => shape(1.85),
  crop,
  pulse,
  timestamp: () => '',
  osd: () => `${bars(HEIGHT / 2)}${crop()}${shape(16 / 9)}`,
};

const patternSvg = (pattern: Pattern): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}">${box(0, 0, WIDTH, HEIGHT, 'fill="#000000"')}${DRAWN[pattern]()}</svg>`;
