import { readExpression, readTests, type Expression, type TestLists } from './template-expressions.ts';

/** A piece of a template. */
export type TemplatePart =
  | { kind: 'text'; text: string }
  | { kind: 'value'; of: Expression; source: string }
  | { kind: 'if'; branches: readonly Branch[] }
  | { kind: 'list'; of: Expression; name: string; parts: readonly TemplatePart[] };

/** A branch of an `if`; without tests it is the `else`. */
export interface Branch {
  tests: TestLists | undefined;
  parts: readonly TemplatePart[];
}

/** Blocks in one another; deeper ones stay as they are written. */
const MOST_LEVELS = 16;

const TOKEN = /<#(if|elseif|list)\s{1,8}([^<>]{1,400})>|<#(else)\s*\/?>|<\/#(if|list)\s*>|\$\{([^{}]{1,400})\}/g;

/** A block that is open. */
interface Open {
  kind: 'root' | 'if' | 'list' | 'unknown';
  branches: { tests: TestLists | undefined; parts: TemplatePart[] }[];
  list?: { of: Expression; name: string };
}

/** Reads a template. What is not understood becomes text: it stays as it is written. */
export function readTemplate(template: string): TemplatePart[] {
  const open: Open[] = [{ kind: 'root', branches: [{ tests: undefined, parts: [] }] }];
  const add = (part: TemplatePart): void => void open.at(-1)!.branches.at(-1)!.parts.push(part);
  const addText = (text: string): void => void (text !== '' && add({ kind: 'text', text }));
  let at = 0;
  for (const match of template.matchAll(TOKEN)) {
    addText(template.slice(at, match.index));
    at = match.index + match[0].length;
    const [source, begins, inside = '', otherwise, ends, value] = match;
    if (value !== undefined) add(valuePart(value, source));
    else if (begins === 'if' || begins === 'list') {
      const block = open.length > MOST_LEVELS ? undefined : opened(begins, inside);
      if (!block) addText(source);
      open.push(block ?? { kind: 'unknown', branches: open.at(-1)!.branches });
    } else if (ends !== undefined) {
      const part = closed(open, ends);
      if (part) add(part);
      else addText(source);
    } else if (!branched(open.at(-1)!, otherwise === undefined ? inside : undefined)) addText(source);
  }
  addText(template.slice(at));
  return unclosed(open);
}

function valuePart(inside: string, source: string): TemplatePart {
  const of = readExpression(inside);
  return of ? { kind: 'value', of, source } : { kind: 'text', text: source };
}

function opened(begins: 'if' | 'list', inside: string): Open | undefined {
  if (begins === 'if') {
    const tests = readTests(inside);
    return tests && { kind: 'if', branches: [{ tests, parts: [] }] };
  }
  const [, list = '', name = ''] = /^(.{1,300}?)\s+as\s+([A-Za-z_]\w{0,99})\s*$/s.exec(inside) ?? [];
  const of = readExpression(list);
  return of && { kind: 'list', branches: [{ tests: undefined, parts: [] }], list: { of, name } };
}

/** Begins another branch of an `if`; false: there is none here, or its condition is not understood. */
function branched(block: Open, condition: string | undefined): boolean {
  const tests = condition === undefined ? undefined : readTests(condition);
  const isElse = condition === undefined;
  const hadElse = block.branches.at(-1)?.tests === undefined;
  if (block.kind !== 'if' || hadElse || (!isElse && !tests)) return false;
  block.branches.push({ tests, parts: [] });
  return true;
}

/** Closes the innermost block, if it is of this kind. Undefined: what closes it is text. */
function closed(open: Open[], kind: string): TemplatePart | undefined {
  const block = open.at(-1)!;
  if (block.kind === 'unknown') {
    open.pop();
    return undefined;
  }
  if (block.kind !== kind) return undefined;
  open.pop();
  if (block.kind === 'if') return { kind: 'if', branches: block.branches };
  return { kind: 'list', ...block.list!, parts: block.branches[0]!.parts };
}

/** All parts of a template whose blocks are not all closed: the parts of the open ones count as if they stood outside. */
function unclosed(open: readonly Open[]): TemplatePart[] {
  return open
    .filter(({ kind }) => kind !== 'unknown')
    .flatMap(({ branches }) => branches.flatMap(({ parts }) => parts));
}
