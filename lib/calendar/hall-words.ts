/**
 * Names of halls as people spell them. Box and server compare them with these functions, so that they agree which hall
 * is meant.
 */

const bare = (text: string): string =>
  text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

const withoutBrackets = (text: string): string => text.replaceAll(/\([^()]*\)|\[[^[\]]*\]/g, ' ');

/** `Amphi_D`, `amphi  d` and `AMPHI-D` as `amphi d`: small letters and figures, without accents and signs. */
export const hallWords = (text: string): string => bare(text);

/**
 * Whether a text names this hall: in any spelling, also with something in brackets behind it (`Amphi D (220 places)`).
 * Brackets on both sides are part of the names: `Amphi (D)` is not `Amphi (E)`.
 */
export function isHall(text: string, name: string): boolean {
  const [words, its] = [bare(text), bare(name)];
  if (words === '' || its === '') return text.trim() === name.trim() && text.trim() !== '';
  return words === its || bare(withoutBrackets(text)) === its || bare(withoutBrackets(name)) === words;
}

/**
 * The halls that a LOCATION names. `Amphi D, Amphi E` names two if one of them is known. A text that is known as a
 * whole, or that has no known part, names one hall.
 */
export function hallsIn(text: string, isKnown: (text: string) => boolean): string[] {
  if (isKnown(text)) return [text];
  for (const between of [/[,;/+&|]/, /[,;/+&|\n]|\s-\s|\s(?:et|and|und|y)\s/i]) {
    const parts = text
      .split(between)
      .map((part) => part.replaceAll(/\s+/g, ' ').trim())
      .filter(Boolean);
    if (parts.length > 1 && parts.some(isKnown)) return [...new Set(parts)];
  }
  return [text];
}

/** Whether a LOCATION names this hall, alone or among others. */
export const isIn = (location: string, hall: string): boolean =>
  hallsIn(location, (text) => isHall(text, hall)).some((text) => isHall(text, hall));
