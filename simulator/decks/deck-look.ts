import { escapeXml } from '../pictures/render.ts';

/** Colours and frame of the slides of a deck. */
export interface Look {
  ground: string;
  ink: string;
  accent: string;
  /** Whether each slide has a band above and one below. */
  banded: boolean;
  /** SVG of the background, if it is no plain colour. */
  backdrop?: string;
}

/** Looks of decks. */
export const LOOKS: Readonly<Record<'light' | 'dark' | 'banded' | 'gradient', Look>> = {
  light: { ground: '#ffffff', ink: '#1b1b1b', accent: '#b3202c', banded: false },
  dark: { ground: '#12203a', ink: '#f2f4f8', accent: '#ffc94d', banded: false },
  banded: { ground: '#fdfdfb', ink: '#222222', accent: '#c8102e', banded: true },
  gradient: {
    ground: '#dfe9f5',
    ink: '#14213d',
    accent: '#0a5f8a',
    banded: false,
    backdrop:
      '<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#ffffff"/>' +
      '<stop offset="1" stop-color="#9dbbe0"/></linearGradient></defs><rect width="1280" height="720" fill="url(#g)"/>',
  },
};

/** The SVG of a slide, of 1280x720. */
export function framed(look: Look, number: number, title: string, body: string): string {
  const backdrop = look.backdrop ?? `<rect width="1280" height="720" fill="${look.ground}"/>`;
  const bands = look.banded
    ? '<rect width="1280" height="60" fill="#14305c"/><text x="32" y="40" font-size="24" fill="#fff">Faculté de médecine</text>' +
      '<rect y="660" width="1280" height="60" fill="#14305c"/>'
    : '';
  const ink = look.banded ? '#fff' : look.ink;
  return `${backdrop}${bands}
    <text x="64" y="130" font-size="44" font-weight="bold" fill="${look.accent}">${escapeXml(title)}</text>${body}
    <text x="1240" y="696" font-size="18" fill="${ink}" text-anchor="end">${number}</text>`;
}

/** A list of points; those up to `dimmed` are fainter, as some people show what was said already. */
export function points(look: Look, lines: readonly string[], dimmed = 0): string {
  return lines
    .map((line, at) => {
      const y = 220 + at * 76;
      const opacity = at < dimmed ? 0.4 : 1;
      return `<g opacity="${opacity}"><circle cx="84" cy="${y - 11}" r="8" fill="${look.accent}"/>
        <text x="112" y="${y}" font-size="32" fill="${look.ink}">${escapeXml(line)}</text></g>`;
    })
    .join('');
}

/** A picture as a microscope gives it: blots of random place and size. */
export function photo(
  random: () => number,
  { x, y, width, height }: Record<'x' | 'y' | 'width' | 'height', number>,
): string {
  const hue = Math.floor(random() * 360);
  const blots = Array.from({ length: 60 }, () => {
    const [cx, cy] = [x + random() * width, y + random() * height];
    const light = 25 + Math.floor(random() * 60);
    return `<ellipse cx="${cx}" cy="${cy}" rx="${10 + random() * 50}" ry="${10 + random() * 40}" fill="hsl(${hue},50%,${light}%)" opacity="0.8"/>`;
  });
  const id = `p${Math.floor(random() * 1e9)}`;
  return `<defs><clipPath id="${id}"><rect x="${x}" y="${y}" width="${width}" height="${height}"/></clipPath></defs>
    <g clip-path="url(#${id})"><rect x="${x}" y="${y}" width="${width}" height="${height}" fill="hsl(${hue},40%,70%)"/>${blots.join('')}</g>`;
}

/** Columns of random height. */
export function chart(look: Look, random: () => number): string {
  const bars = Array.from({ length: 7 }, (_, at) => {
    const height = 60 + random() * 300;
    return `<rect x="${150 + at * 145}" y="${600 - height}" width="90" height="${height}" fill="${look.accent}"/>
      <text x="${195 + at * 145}" y="${590 - height}" font-size="24" fill="${look.ink}" text-anchor="middle">${Math.round(height)}</text>`;
  });
  return `<path d="M120,600H1180" stroke="${look.ink}" stroke-width="3"/>${bars.join('')}`;
}

/** A table of numbers. */
export function table(look: Look, random: () => number, names: readonly string[]): string {
  return names
    .map((name, at) => {
      const y = 220 + at * 64;
      const value = (random() * 100).toFixed(1);
      return `<path d="M100,${y + 18}H1180" stroke="${look.ink}" stroke-width="1"/>
        <text x="110" y="${y}" font-size="30" fill="${look.ink}">${escapeXml(name)}</text>
        <text x="900" y="${y}" font-size="30" fill="${look.ink}">${value} ± ${(random() * 9).toFixed(1)}</text>`;
    })
    .join('');
}
