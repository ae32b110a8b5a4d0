import { cleanText } from '#lib/runtime/texts/clean-text.ts';

/** Texts that programs write in an empty cell; spelt as they spell them, since `Nan` may be a person. */
const NOTHING = new Set(
  '- -- \u2013 \u2014 NaN nan NaT NULL null (null) None <NA> N/A n/a undefined #N/A #REF! #VALUE! #VALEUR! #NAME? #NOM? #DIV/0! #NUM! #NOMBRE!'.split(
    ' ',
  ),
);

/**
 * The text of a spreadsheet's cell: clean, without the formula that keeps a text from being changed (`="08:30"`), and
 * '' for what programs write in an empty cell (`NULL`, `NaN`, `-`).
 */
export function cellText(raw: string): string {
  const text = cleanText(raw).trim();
  const kept = /^=\s*"((?:[^"]|"")*)"$/.exec(text);
  const value = kept ? (kept[1] ?? '').replaceAll('""', '"').trim() : text;
  return NOTHING.has(value) ? '' : value;
}
