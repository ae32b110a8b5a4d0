import { readFileSync } from 'node:fs';

/** Style guide of the pages, drawn from the colours and sizes of the pages themselves. */

/** Theme of the pages. */
export type Mode = 'light' | 'dark';
/** Colours by their names. */
export type Palette = Readonly<Record<string, string>>;

const TOKENS = readFileSync(new URL('../lib/pages/tokens.css', import.meta.url), 'utf8');

/** Colours of a theme by their names. */
export function palette(mode: Mode, css = TOKENS): Palette {
  const found: Record<string, string> = {};
  for (const [, name = '', light = '', dark, plain] of css.matchAll(
    /--([\w-]+):\s*(?:light-dark\((#\w+),\s*(#\w+)\)|(#\w{6}));/g,
  )) {
    found[name] = plain ?? (mode === 'light' ? light : (dark ?? light));
  }
  return found;
}

function channels(hex: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = channels(hex).map((one) =>
    one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours (WCAG 2.2, which demands 4.5 for text and 3 for edges of controls). */
export function contrast(one: string, other: string): number {
  const [high = 0, low = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

/** Text colours with their backgrounds, and the least contrast that each pair may have. */
export const PAIRS: readonly (readonly [text: string, ground: string, least: number])[] = [
  ['ink', 'ground', 7],
  ['ink', 'surface', 7],
  ['soft', 'ground', 4.5],
  ['soft', 'surface', 4.5],
  ['soft', 'sunken', 4.5],
  ['accent', 'surface', 4.5],
  ['accent', 'accent-wash', 4.5],
  ['on-accent', 'accent', 4.5],
  ['record', 'surface', 4.5],
  ['record', 'record-wash', 4.5],
  ['on-record', 'record-fill', 4.5],
  ['warn', 'surface', 4.5],
  ['warn', 'warn-wash', 4.5],
  ['good', 'surface', 4.5],
  ['edge', 'surface', 3],
  ['on-channel-a', 'channel-a', 4.5],
  ['on-screen', 'screen', 4.5],
];

const SWATCHES = [
  'ground',
  'surface',
  'sunken',
  'line',
  'edge',
  'ink',
  'soft',
  'accent',
  'accent-wash',
  'record',
  'record-fill',
  'record-wash',
  'warn',
  'warn-wash',
  'good',
  'channel-a',
  'channel-b',
];
const SIZES = [
  ['page title', 28, 'serif'],
  ['section title', 22, 'serif'],
  ['lead', 18, 'sans-serif'],
  ['text', 16, 'sans-serif'],
  ['small', 13, 'sans-serif'],
] as const;
const SPACES = [4, 8, 12, 16, 24, 32, 48];
const WIDTH = 1080;
const HALF = WIDTH / 2;

const text = (x: number, y: number, size: number, fill: string, words: string, more = ''): string =>
  `<text x="${x}" y="${y}" font-size="${size}" fill="${fill}" ${more}>${words}</text>`;
const box = (x: number, y: number, width: number, height: number, fill: string, more = ''): string =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" fill="${fill}" ${more}/>`;

/** Text of `docs/design.svg`. */
export function drawStyleGuide(): string {
  const height = 1240;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="Avenir Next, Segoe UI, Noto Sans, DejaVu Sans, sans-serif">`,
    ...(['light', 'dark'] as const).map(
      (mode, index) => `<g transform="translate(${index * HALF} 0)">${drawMode(mode, height)}</g>`,
    ),
    '</svg>\n',
  ].join('\n');
}

function drawMode(mode: Mode, height: number): string {
  const of = palette(mode);
  const ink = of['ink'] ?? '';
  const head = (y: number, words: string): string =>
    text(32, y, 22, ink, words, 'font-family="Charter, Georgia, DejaVu Serif, serif" font-weight="600"');
  return [
    box(0, 0, HALF, height, of['ground'] ?? ''),
    head(56, mode === 'light' ? 'Light' : 'Dark'),
    ...SWATCHES.map((name, index) => swatch(of, name, index)),
    head(490, 'Type'),
    ...SIZES.map(([name, size, family], index) =>
      text(
        32,
        530 + index * 36,
        size,
        ink,
        `Amphi, ${name} · ${size} px`,
        `font-family="${family === 'serif' ? 'Charter, Georgia, DejaVu Serif, serif' : 'inherit'}"`,
      ),
    ),
    head(736, 'Spacing'),
    ...spacing(of),
    head(856, 'States'),
    ...states(of),
  ].join('\n');
}

function swatch(of: Palette, name: string, index: number): string {
  const [x, y] = [32 + (index % 3) * 164, 80 + Math.floor(index / 3) * 64];
  const colour = of[name] ?? '';
  return (
    box(x, y, 44, 44, colour, `rx="6" stroke="${of['edge']}"`) +
    text(x + 54, y + 18, 13, of['ink'] ?? '', name) +
    text(x + 54, y + 36, 12, of['soft'] ?? '', colour)
  );
}

function spacing(of: Palette): string[] {
  let x = 32;
  return SPACES.map((size) => {
    const drawn = box(x, 760, size, 32, of['accent'] ?? '') + text(x, 812, 12, of['soft'] ?? '', String(size));
    x += size + 28;
    return drawn;
  });
}

const LAMPS: readonly (readonly [words: string, colour: string, form: string])[] = [
  ['Ready', 'ink', '<circle cx="12" cy="12" r="8" fill="none" stroke="C" stroke-width="2.5"/>'],
  ['Recording', 'record', '<circle cx="12" cy="12" r="9" fill="C"/>'],
  ['Paused', 'record', '<path d="M5 4h5v16H5zM14 4h5v16h-5z" fill="C"/>'],
  ['Finishing', 'ink', '<path d="M12 4a8 8 0 1 1-8 8" fill="none" stroke="C" stroke-width="2.5"/>'],
];

/** Drawing of the states, which differ in form and not only in colour; of buttons; and of a field with a mistake. */
function states(of: Palette): string[] {
  const lamps = LAMPS.map(([words, name, form], index) => {
    const colour = of[name] ?? '';
    const x = 32 + index * 124;
    return `<g transform="translate(${x} 876)">${form.replaceAll('"C"', `"${colour}"`)}</g>${text(x + 32, 894, 15, colour, words, 'font-weight="600"')}`;
  });
  const button = (x: number, y: number, words: string, fill: string, colour: string, edge: string): string =>
    box(x, y, 148, 44, fill, `rx="6" stroke="${edge}"`) +
    text(x + 74, y + 28, 16, colour, words, 'text-anchor="middle" font-weight="600"');
  const [surface = '', ink = '', edge = '', sunken = '', soft = '', line = ''] = [
    'surface',
    'ink',
    'edge',
    'sunken',
    'soft',
    'line',
  ].map((name) => of[name]);
  const [accent = '', onAccent = '', fill = '', onRecord = '', record = '', wash = ''] = [
    'accent',
    'on-accent',
    'record-fill',
    'on-record',
    'record',
    'accent-wash',
  ].map((name) => of[name]);
  return [
    ...lamps,
    button(32, 924, 'Main', accent, onAccent, accent),
    button(192, 924, 'Plain', surface, ink, edge),
    button(352, 924, 'Record', fill, onRecord, fill),
    button(32, 984, 'Pressed', wash, ink, accent),
    button(192, 984, 'Not now', sunken, soft, line),
    button(352, 984, 'Focus', surface, ink, edge) +
      box(348, 980, 156, 52, 'none', `rx="9" stroke="${accent}" stroke-width="3"`),
    text(32, 1066, 13, ink, 'Frames per second', 'font-weight="600"'),
    box(32, 1076, 228, 44, surface, `rx="6" stroke="${record}" stroke-width="2"`) + text(44, 1104, 16, ink, '99'),
    text(32, 1140, 13, record, 'must be at most 60', 'font-weight="600"'),
    box(292, 1076, 208, 44, of['warn-wash'] ?? '') + box(292, 1076, 4, 44, of['warn'] ?? ''),
    text(308, 1104, 14, of['warn'] ?? '', 'Connection lost…', 'font-weight="600"'),
    channel(of, 32, 'A', 'channel-a', 'on-channel-a', 'Channel A: slides'),
    channel(of, 292, 'B', 'channel-b', 'on-channel-b', 'Channel B: camera'),
  ];
}

const channel = (of: Palette, x: number, letter: string, ground: string, ink: string, words: string): string =>
  box(x, 1168, 32, 32, of[ground] ?? '', 'rx="4"') +
  text(x + 16, 1190, 16, of[ink] ?? '', letter, 'text-anchor="middle" font-weight="700"') +
  text(x + 44, 1190, 15, of['ink'] ?? '', words);
