import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** A font that is part of the product; `family` is Pango's name for it when `file` is loaded. */
export interface Font {
  family: string;
  file: string;
}

/** The font of normal text. It is condensed, since French titles then need a tenth less room. */
export const regularFont: Font = { family: 'DejaVu Sans Condensed', file: shipped('DejaVuSansCondensed') };
/** The font of bold text. */
export const boldFont: Font = { family: 'DejaVu Sans Condensed Bold', file: shipped('DejaVuSansCondensed-Bold') };

/**
 * Finds the file of a font. A missing file is reported only when a text is drawn with it, since a recording needs no
 * letters.
 */
function shipped(name: string): string {
  const file = `dejavu-fonts-ttf/ttf/${name}.ttf`;
  try {
    return fileURLToPath(import.meta.resolve(file));
  } catch {
    return file;
  }
}

/**
 * Reads for which code points a TrueType file has a letter (OpenType 1.9, table `cmap`, format 12). Rejects if the file
 * cannot be read or has no such table.
 */
export async function readCoverage({ file }: Font): Promise<(codePoint: number) => boolean> {
  const font = await readFile(file);
  const groups = cmapGroups(font);
  if (!groups) throw new Error(`${file} has no character map of format 12`);
  return (codePoint) => groups.some(([first, last]) => first <= codePoint && codePoint <= last);
}

function cmapGroups(font: Buffer): [first: number, last: number][] | undefined {
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, i) => 12 + i * 16);
  const record = tables.find((at) => font.toString('latin1', at, at + 4) === 'cmap');
  if (record === undefined) return undefined;
  const cmap = font.readUInt32BE(record + 8);
  const subtables = Array.from(
    { length: font.readUInt16BE(cmap + 2) },
    (_, i) => cmap + font.readUInt32BE(cmap + 8 + i * 8),
  );
  const whole = subtables.find((at) => font.readUInt16BE(at) === 12);
  if (whole === undefined) return undefined;
  return Array.from({ length: font.readUInt32BE(whole + 12) }, (_, i) => {
    const at = whole + 16 + i * 12;
    return [font.readUInt32BE(at), font.readUInt32BE(at + 4)];
  });
}
