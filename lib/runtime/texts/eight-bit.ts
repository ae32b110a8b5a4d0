/**
 * Encodings with one byte a character, told apart by what a text would look like in them: a capital behind a small
 * letter, or a sign between letters, is no word.
 */

/** An encoding with one byte a character. */
export interface EightBit {
  /** Its name for people. */
  name: string;
  /** The text of bytes that are given as the characters U+0000 to U+00FF. */
  decode: (bytes: string) => string;
}

const byDecoder = (name: string, label: string): EightBit => {
  const decoder = new TextDecoder(label);
  return { name, decode: (bytes) => decoder.decode(Buffer.from(bytes, 'latin1')) };
};

/** Characters 128 to 255 of code page 850, the one of MS-DOS in western Europe, for which there is no decoder. */
const CP850 =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00AD±‗¾¶§÷¸°¨·¹³²■\u00A0';

/** Windows-1252, which is Latin-1 with more letters: what a text is read as if nothing speaks against it. */
export const WINDOWS_1252 = byDecoder('Windows-1252', 'windows-1252');
const OTHERS: readonly EightBit[] = [
  byDecoder('Latin-9', 'iso-8859-15'),
  byDecoder('Mac OS Roman', 'macintosh'),
  {
    name: 'the code page 850 of MS-DOS',
    decode: (bytes) => bytes.replaceAll(/[\u0080-\u00FF]/g, (byte) => CP850[byte.charCodeAt(0) - 128] ?? ''),
  },
];

/** Number of characters beyond ASCII by which a text is judged; further ones are not looked at. */
const MOST_JUDGED = 2000;
/**
 * An encoding is left for another one if a tenth of its letters make no words, and in the other one ten times fewer do
 * not.
 */
const TIMES_BETTER = 10;

/**
 * The encoding of a text that is not UTF-8, given with one byte in each character: Windows-1252, unless words look
 * wrong in it, and right in another one.
 */
export function eightBitOf(bytes: string): EightBit {
  const pieces = [...piecesWithHigh(bytes)];
  const usual = wrongIn(WINDOWS_1252, pieces);
  if (usual.wrong === 0 || usual.wrong * TIMES_BETTER < usual.all) return WINDOWS_1252;
  const judged = OTHERS.map((encoding) => ({ encoding, wrong: wrongIn(encoding, pieces).wrong }));
  const [best] = judged.toSorted((one, other) => one.wrong - other.wrong);
  return best && best.wrong * TIMES_BETTER <= usual.wrong ? best.encoding : WINDOWS_1252;
}

/** Runs of characters beyond ASCII, each with the character before and behind it. */
function* piecesWithHigh(bytes: string): Generator<string> {
  let seen = 0;
  for (const { 0: run, index } of bytes.matchAll(/[\u0080-\u00FF]+/g)) {
    yield bytes.slice(Math.max(0, index - 1), index + Math.min(run.length, MOST_JUDGED) + 1);
    seen += run.length;
    if (seen >= MOST_JUDGED) return;
  }
}

function wrongIn({ decode }: EightBit, pieces: readonly string[]): { wrong: number; all: number } {
  let [wrong, all] = [0, 0];
  for (const piece of pieces) {
    const text = decode(piece);
    for (let at = 0; at < text.length; at++) {
      if ((text[at] ?? '') <= '\u007F') continue;
      all++;
      if (!isLikely(text[at - 1] ?? ' ', text[at] ?? '', text[at + 1] ?? ' ')) wrong++;
    }
  }
  return { wrong, all };
}

const SMALL = 'àáâãäåæçèéêëìíîïñòóôõöøùúûüýÿœšžß';
const LETTERS = new Set(SMALL + SMALL.toUpperCase());
/** Signs that stand anywhere, also between letters: hyphens, apostrophes, points of `étudiant·e·s`. */
const ANYWHERE = new Set('’‘·•–—×±µ\u00A0\u202F');
/** Signs that do not stand between two letters. */
const AROUND = new Set('“”„«»‹›…°ºª€§©®™¹²³½¼¾£¿¡');
const isLetter = (char: string): boolean => /[A-Za-z]/.test(char) || LETTERS.has(char);
const isSmall = (char: string): boolean => isLetter(char) && char !== char.toUpperCase();

function isLikely(before: string, char: string, behind: string): boolean {
  if (ANYWHERE.has(char)) return true;
  if (AROUND.has(char)) return !(isLetter(before) && isLetter(behind));
  return LETTERS.has(char) && (isSmall(char) || !isSmall(before));
}
