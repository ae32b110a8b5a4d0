/**
 * Characters that show nothing and that nobody typed: direction marks, soft hyphens, word joiners. Letter joiners, tags
 * of flags and the number signs of Arabic and Syriac are format characters too, but have a meaning and stay.
 */
const INVISIBLE =
  /(?!\u200C|\u200D|[\u{E0020}-\u{E007F}\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2])(?:\p{Cf}|\u034F)/gu;

/** Control characters, except those that separate lines and words. */
const CONTROLS = /(?![\t\n\v\f\r\u0085])\p{Cc}/gu;

/**
 * Joiners that have no meaning: beside Latin letters, digits, blanks and punctuation they are left over from a copied
 * text. Those between letters of Persian or Hindi, and in pictographs, stay.
 */
const IDLE_JOINERS =
  /(?<=^|[\p{Script=Latin}\p{Nd}\s\p{P}])[\u200C\u200D]+|[\u200C\u200D]+(?=$|[\p{Script=Latin}\p{Nd}\s\p{P}])/gu;

/** Characters that look like a blank and are no line break; U+2800, U+3164 and U+FFA0 are letters that look blank. */
const BLANKS = /[^\S\n\r]|[\u2028\u2029\u2800\u3164\uFFA0]/g;

/** Hyphens that differ from the keyboard's only in where a line may break. */
const HYPHENS = /[\u2010\u2011]/g;

/**
 * A text as people mean it: composed (NFC), with plain blanks and hyphens, without invisible and control characters.
 * Half a surrogate becomes U+FFFD, a next-line character a line feed. Line breaks stay, and each tab is one blank.
 * Texts that look the same are equal afterwards.
 */
export function cleanText(text: string): string {
  return text
    .toWellFormed()
    .normalize('NFC')
    .replaceAll('\u0085', '\n')
    .replaceAll(INVISIBLE, '')
    .replaceAll(CONTROLS, '')
    .replaceAll(IDLE_JOINERS, '')
    .replaceAll(BLANKS, ' ')
    .replaceAll(HYPHENS, '-');
}

/** The beginning of a text on one line, cleaned: at most `most` UTF-16 units, without half a character at its end. */
export function excerpt(text: string, most: number): string {
  const line = cleanText(text).replaceAll(/\s+/g, ' ').trim().slice(0, most);
  return line.isWellFormed() ? line : line.slice(0, -1);
}
