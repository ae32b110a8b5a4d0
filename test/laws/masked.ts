const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGULAR_EXPRESSION = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
/** Text of a template, from its beginning or the end of an expression to its end or the next expression. */
const TEMPLATE_TEXT = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
/** Code before a slash that begins a regular expression, and does not divide. */
const NO_VALUE = /(?:^|[=(,:[!&|?{};+<>~*%-]|\b(?:return|typeof|case|in|of|await))\s*$/;

/**
 * Source text in which the content of strings, templates, regular expressions and comments is replaced by blanks;
 * everything else stays at its place. Braces and words in the result are those of the code.
 */
export function masked(code: string): string {
  /** Number of open braces in each expression of a template that the position is in. */
  const expressions: number[] = [];
  let out = '';
  while (out.length < code.length) {
    const quiet = quietAt(code, out, expressions);
    if (quiet !== undefined) {
      out += blank(quiet);
      continue;
    }
    const char = code.charAt(out.length);
    if (char === '{') count(expressions, 1);
    if (char === '}') count(expressions, -1);
    out += char;
  }
  return out;
}

function quietAt(code: string, out: string, expressions: number[]): string | undefined {
  const at = out.length;
  const char = code[at];
  if (char === '`' || (char === '}' && expressions.at(-1) === 0)) {
    const text = matchAt(TEMPLATE_TEXT, code, at);
    if (char === '}') expressions.pop();
    if (text?.endsWith('${')) expressions.push(0);
    return text;
  }
  if (char === '/') {
    const comment = matchAt(COMMENT, code, at);
    return comment ?? (NO_VALUE.test(out.slice(-200)) ? matchAt(REGULAR_EXPRESSION, code, at) : undefined);
  }
  return char === "'" || char === '"' ? matchAt(STRING, code, at) : undefined;
}

function count(expressions: number[], braces: number): void {
  const last = expressions.length - 1;
  if (last >= 0) expressions[last] = (expressions[last] ?? 0) + braces;
}

function matchAt(pattern: RegExp, code: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(code)?.[0];
}

/**
 * Replaces a text by blanks. Of a comment nothing stays; of others the quotation mark stays, to show that there was a
 * value.
 */
function blank(text: string): string {
  const spaces = text.replaceAll(/[^\n]/g, ' ');
  return /^\/[*/]/.test(text) ? spaces : `"${spaces.slice(1, -1)}"`.slice(0, text.length);
}
