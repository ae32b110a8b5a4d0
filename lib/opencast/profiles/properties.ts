/** A key with its value, and the line where it begins (1 is the first). */
export interface Property {
  key: string;
  value: string;
  line: number;
}

/** Characters of a file of properties that are read; a longer one is refused. */
const MOST_CHARACTERS = 1 << 20;

/**
 * Reads a file of Java properties (java.util.Properties): comments, continued lines, `=`, `:` or blanks after the key,
 * escapes. Gives its entries in order, repeated keys too. Throws RangeError if it is longer than a million characters.
 */
export function readProperties(text: string): Property[] {
  if (text.length > MOST_CHARACTERS)
    throw new RangeError(`a file of properties has at most ${MOST_CHARACTERS} characters`);
  const found: Property[] = [];
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = at + 1;
    const first = lines[at]!.trimStart();
    if (first === '' || first.startsWith('#') || first.startsWith('!')) continue;
    const parts = [first];
    while (isContinued(parts.at(-1)!) && at + 1 < lines.length) {
      parts[parts.length - 1] = parts.at(-1)!.slice(0, -1);
      parts.push(lines[++at]!.trimStart());
    }
    found.push({ ...entryOf(parts.join('')), line });
  }
  return found;
}

/** Whether a line ends with an odd number of backslashes. */
function isContinued(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

function entryOf(line: string): { key: string; value: string } {
  let end = 0;
  while (end < line.length && !/[\s=:]/.test(line[end]!)) end += line[end] === '\\' ? 2 : 1;
  const rest = line.slice(end).trimStart();
  const value = /^[=:]/.test(rest) ? rest.slice(1).trimStart() : rest;
  return { key: unescaped(line.slice(0, end)), value: unescaped(value) };
}

const SIGNS: ReadonlyMap<string, string> = new Map([
  ['t', '\t'],
  ['n', '\n'],
  ['r', '\r'],
  ['f', '\f'],
]);

const unescaped = (text: string): string =>
  text.replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.?))/gs, (_, code: string | undefined, sign: string | undefined) =>
    code === undefined ? (SIGNS.get(sign ?? '') ?? sign ?? '') : String.fromCharCode(Number.parseInt(code, 16)),
  );

const ESCAPES: ReadonlyMap<string, string> = new Map([...SIGNS].map(([letter, sign]) => [sign, letter]));

/** Writes entries as a file of Java properties, which `readProperties` reads as they are. */
export const formatProperties = (entries: Iterable<readonly [key: string, value: string]>): string =>
  [...entries]
    .map(([key, value]) => `${escaped(key, /[\\\s=:#!]/g)}=${escaped(value, /[\\\t\n\r\f]|^\s/g)}\n`)
    .join('');

const escaped = (text: string, signs: RegExp): string =>
  text.replaceAll(signs, (sign) => `\\${ESCAPES.get(sign) ?? sign}`);
