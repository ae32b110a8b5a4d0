/**
 * Splits a command line as a shell does, with quotes and backslashes; other characters have no meaning. Undefined if a
 * quote is not closed.
 */
export function shellWords(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let at = 0; at < line.length; at++) {
    const char = line.charAt(at);
    const isEscape = char === '\\' && quote !== "'" && at + 1 < line.length;
    if (isEscape) word = (word ?? '') + line.charAt(++at);
    else if (quote !== '') {
      if (char === quote) quote = '';
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + char;
  }
  if (quote !== '') return undefined;
  return word === undefined ? words : [...words, word];
}

/** Whether a name matches a pattern with `*` and `?`. As in a shell, a dot at the beginning must be written out. */
export function fitsPattern(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  // No regular expression is used, since some patterns would make it run very long.
  let [at, from, star, mark] = [0, 0, -1, 0];
  while (at < name.length) {
    if (from < pattern.length && (pattern[from] === '?' || pattern[from] === name[at]) && pattern[from] !== '*') {
      at += 1;
      from += 1;
    } else if (pattern[from] === '*') {
      star = from++;
      mark = at;
    } else if (star >= 0) {
      from = star + 1;
      at = ++mark;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(from));
}
