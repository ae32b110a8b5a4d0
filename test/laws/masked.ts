const COMMENT = /\/\*[\s\S]*?\*\/|\/\/[^\n]*/y;
const STRING = /'(?:\\[\s\S]|[^'\\\n])*'|"(?:\\[\s\S]|[^"\\\n])*"/y;
const REGULAR_EXPRESSION = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n[])+\/[a-z]*/y;
/** From the beginning of a template, or the end of an expression in it, to its end or to the next expression. */
const TEMPLATE_TEXT = /[`}](?:\\[\s\S]|\$(?!\{)|[^`\\$])*(?:`|\$\{)/y;
/** What stands before a slash that begins a regular expression and divides nothing. */
const NO_VALUE = /(?:^|[=(,:[!&|?{};+<>~*%-]|\b(?:return|typeof|case|in|of|await))\s*$/;

/**
 * Source text with the inside of strings, templates, regular expressions and comments blanked out; everything else
 * stays at its place. What is left has braces and words that mean what they look like.
 */
export function masked(code: string): string {
  /** For each expression of a template that we are in, the braces open in it. */
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

/** A comment leaves nothing; of other things a quotation mark stays, to show that a value stood here. */
function blank(text: string): string {
  const spaces = text.replaceAll(/[^\n]/g, ' ');
  return /^\/[*/]/.test(text) ? spaces : `"${spaces.slice(1, -1)}"`.slice(0, text.length);
}
