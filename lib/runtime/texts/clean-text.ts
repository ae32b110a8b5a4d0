/**
 * Signs that show nothing and that nobody typed: marks of direction, soft hyphens, joiners of words. Joiners of letters, tags
 * of flags and the number signs of Arabic and Syriac are signs of format too, and mean something.
 */
const INVISIBLE =
  /(?!\u200C|\u200D|[\u{E0020}-\u{E007F}\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2])(?:\p{Cf}|\u034F)/gu;

/** Controls, but for those that part lines and words. */
const CONTROLS = /(?![\t\n\v\f\r\u0085])\p{Cc}/gu;

/** Joiners mean something between letters of Persian or Hindi and in pictographs; beside ours they are left over from a copy. */
const IDLE_JOINERS =
  /(?<=^|[\p{Script=Latin}\p{Nd}\s\p{P}])[\u200C\u200D]+|[\u200C\u200D]+(?=$|[\p{Script=Latin}\p{Nd}\s\p{P}])/gu;

/** All that looks like a blank and is no line break; U+2800, U+3164 and U+FFA0 are blank letters. */
const BLANKS = /[^\S\n\r]|[\u2028\u2029\u2800\u3164\uFFA0]/g;

/** Hyphens that differ from the one of keyboards only in where a line may break. */
const HYPHENS = /[\u2010\u2011]/g;

/**
 * A text as people mean it: composed (NFC), with plain blanks and hyphens, without invisible signs and controls; half a
 * surrogate becomes U+FFFD, a next-line sign a line feed. Line breaks and tabs' places stay. What looks the same is the same afterwards.
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

/** The beginning of a text on one line, cleaned: at most so many UTF-16 units, and no half of a character. */
export function excerpt(text: string, most: number): string {
  const line = cleanText(text).replaceAll(/\s+/g, ' ').trim().slice(0, most);
  return line.isWellFormed() ? line : line.slice(0, -1);
}
