import { stripTypeScriptTypes } from 'node:module';
import { masked } from './masked.ts';
import { sourcesOf, type Tree } from './tree.ts';

const FUNCTION_LINES = 60;

/**
 * Functions that are longer than the law allows. Only a function's own lines count: functions with a body inside it are
 * measured separately, so that a `startX` that closes over its state is judged like a class, method by method.
 */
export function longFunctions(tree: Tree): string[] {
  // AssemblyScript is left out, since it is another language.
  const sources = sourcesOf(tree).filter(([path]) => !path.endsWith('.as.ts'));
  return sources.flatMap(([path, text]) =>
    functionsOf(path.endsWith('.tsx') ? withoutTags(text) : stripTypeScriptTypes(text))
      .filter(({ ownLines }) => ownLines > FUNCTION_LINES)
      .map(({ line, ownLines }) => `${path}:${line}: a function of ${ownLines} lines, the law is ${FUNCTION_LINES}`),
  );
}

/** Source without the slashes of markup, which would be read as regular expressions, and without types of results. */
const withoutTags = (text: string): string =>
  text
    .replaceAll(/<\/[\w.]*>/g, (tag) => ' '.repeat(tag.length))
    .replaceAll('/>', ' >')
    .replaceAll(/\): [\w.<>[\]| ]+(?= \{$)/gm, (type) => `)${' '.repeat(type.length - 1)}`);

export interface FunctionSize {
  /** Line where the function's body begins, from 1. */
  line: number;
  ownLines: number;
}

/** All functions with a body in braces, in the order of their ends. `text` is JavaScript, or similar enough. */
export function functionsOf(text: string): FunctionSize[] {
  const code = masked(text);
  const found: FunctionSize[] = [];
  const open: { line: number; isFunction: boolean; inner: number }[] = [];
  let line = 1;
  for (let at = 0; at < code.length; at++) {
    const char = code[at];
    if (char === '\n') line += 1;
    else if (char === '{') open.push({ line, isFunction: opensFunction(code, at), inner: 0 });
    else if (char === '}') {
      const block = open.pop();
      if (!block) continue;
      const lines = line - block.line + 1;
      if (block.isFunction) found.push({ line: block.line, ownLines: lines - block.inner });
      const outer = open.at(-1);
      // The line on which an inner function begins belongs to the outer one.
      if (outer) outer.inner += block.isFunction ? lines - 1 : block.inner;
    }
  }
  return found;
}

const CONTROL = /(^|[^\w$.])(if|for|while|switch|catch|with|await)\s*$/;

/**
 * Whether a brace opens a function: it comes after `=>`, or after parentheses that do not belong to `if`, `for` and so
 * on.
 */
function opensFunction(code: string, brace: number): boolean {
  const before = code.slice(Math.max(0, brace - 4000), brace).trimEnd();
  if (before.endsWith('=>')) return true;
  if (!before.endsWith(')')) return false;
  let depth = 0;
  for (let at = before.length - 1; at >= 0; at--) {
    if (before[at] === ')') depth += 1;
    if (before[at] === '(') depth -= 1;
    if (depth === 0) return !CONTROL.test(before.slice(Math.max(0, at - 40), at));
  }
  return false;
}
