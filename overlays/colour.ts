import { colourNames } from './colour-names.ts';
import { OverlayError } from './overlay-error.ts';

/** A colour; each part is 0 to 255, and alpha 255 is opaque. */
export interface Colour {
  red: number;
  green: number;
  blue: number;
  alpha: number;
}

/**
 * Reads a CSS colour (CSS Color 4, sRGB forms): a name, `transparent`, `#rgb`, `#rgba`, `#rrggbb`, `#rrggbbaa`,
 * `rgb()`, `rgba()`, `hsl()`, `hsla()` with commas or spaces. Throws an OverlayError that says what would be right.
 */
export function parseColour(text: string): Colour {
  const plain = text.trim().toLowerCase();
  const colour = plain.length > 64 ? undefined : (fromName(plain) ?? fromHex(plain) ?? fromFunction(plain));
  if (colour) return colour;
  const shown = JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
  throw new OverlayError('colour', `${shown} is no colour: write a CSS name, #rrggbb, #rrggbbaa, rgb(…) or hsl(…)`);
}

function fromName(text: string): Colour | undefined {
  if (text === 'transparent') return { red: 0, green: 0, blue: 0, alpha: 0 };
  const hex = colourNames.get(text);
  return hex === undefined ? undefined : fromHex(`#${hex}`);
}

function fromHex(text: string): Colour | undefined {
  if (!/^#(?:[0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.test(text)) return undefined;
  const digits = text.length < 6 ? text.slice(1).replaceAll(/./g, '$&$&') : text.slice(1);
  const part = (i: number): number => Number.parseInt(digits.slice(i * 2, i * 2 + 2), 16);
  return { red: part(0), green: part(1), blue: part(2), alpha: digits.length === 8 ? part(3) : 255 };
}

const NUMBER = String.raw`([+-]?(?:\d+\.?\d*|\.\d+))(%|deg)?`;
const FUNCTION = new RegExp(
  String.raw`^(rgb|hsl)a?\(\s*${NUMBER}(?:\s*,\s*|\s+)${NUMBER}(?:\s*,\s*|\s+)${NUMBER}(?:\s*[,/]\s*${NUMBER})?\s*\)$`,
);

function fromFunction(text: string): Colour | undefined {
  const match = FUNCTION.exec(text);
  if (!match) return undefined;
  const [, model, a = '', unitA, b = '', unitB, c = '', unitC, alphaText = '1', alphaUnit] = match;
  const alpha = byte((Number(alphaText) * 255) / (alphaUnit === '%' ? 100 : 1));
  if (alphaUnit === 'deg') return undefined;
  if (model === 'rgb') {
    if ([unitA, unitB, unitC].includes('deg') || unitA !== unitB || unitB !== unitC) return undefined;
    const part = (text: string): number => byte(unitA === '%' ? (Number(text) * 255) / 100 : Number(text));
    return { red: part(a), green: part(b), blue: part(c), alpha };
  }
  if (unitA === '%' || unitB !== '%' || unitC !== '%') return undefined;
  return { ...fromHsl(Number(a), within(Number(b) / 100), within(Number(c) / 100)), alpha };
}

/** A colour from hue in degrees, saturation and lightness 0 to 1 (CSS Color 4, section 7.1). */
function fromHsl(hue: number, saturation: number, lightness: number): Omit<Colour, 'alpha'> {
  const part = (n: number): number => {
    const k = (((n + hue / 30) % 12) + 12) % 12;
    const reach = saturation * Math.min(lightness, 1 - lightness);
    return byte(255 * (lightness - reach * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return { red: part(0), green: part(8), blue: part(4) };
}

const byte = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));
const within = (value: number): number => Math.max(0, Math.min(1, value));
