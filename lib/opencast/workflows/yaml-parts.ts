import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Node, type Pair } from 'yaml';
import { quoted, UnreadableDefinition } from './mistakes.ts';
import { MOST_LEVELS, MOST_PARTS, type Part } from './part.ts';

/** Brackets that are open at once; a text with more is refused before it is parsed, since the parser calls itself. */
const MOST_BRACKETS = 200;
/** Lines, and brackets and commas, of a text; one with more is refused before it is parsed, since parsing takes long. */
const MOST_LINES = 10_000;
const MOST_SIGNS = 20_000;
/** A line that begins with so many dashes or question marks, each of which opens a list or a map in the one before. */
const NESTED_IN_LINE = new RegExp(String.raw`^ *(?:[-?:] +){${MOST_LEVELS}}[-?:]`, 'm');

/**
 * Reads YAML into parts. Every value stays a text, as it is written: `1.0`, `yes` and `010` are no numbers. Aliases and
 * merged maps count as what they stand for. Throws `UnreadableDefinition` for a text that is no YAML, or beyond a limit.
 */
export function parseYamlParts(text: string): Part {
  refuseDepth(text);
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    schema: 'failsafe',
  });
  const lineAt = (offset: number): number => lines.linePos(offset).line;
  const [error] = document.errors;
  if (error) throw new UnreadableDefinition(lineAt(error.pos[0]), `this is no YAML: ${error.message}`);
  if (document.contents === null) throw new UnreadableDefinition(1, 'the file is empty: it needs id and operations');
  return new YamlReader(lineAt).part('', document.contents, 1, 0);
}

function refuseDepth(text: string): void {
  const counts = { open: 0, lines: 1, signs: 0 };
  for (let at = 0; at < text.length; at += 1) {
    count(counts, text[at] ?? '');
    const why = whyTooMuch(counts);
    if (why !== undefined) throw new UnreadableDefinition(counts.lines, why);
  }
  const nested = NESTED_IN_LINE.exec(text);
  if (nested) throw new UnreadableDefinition(lineOf(text, nested.index), `more than ${MOST_LEVELS} levels in one line`);
}

interface Counts {
  open: number;
  lines: number;
  signs: number;
}

function count(counts: Counts, char: string): void {
  if (char === '\n') counts.lines += 1;
  if (',[]{}'.includes(char)) counts.signs += 1;
  if (char === '[' || char === '{') counts.open += 1;
  if ((char === ']' || char === '}') && counts.open > 0) counts.open -= 1;
}

function whyTooMuch({ open, lines, signs }: Counts): string | undefined {
  if (open > MOST_BRACKETS) return `more than ${MOST_BRACKETS} open brackets`;
  if (lines > MOST_LINES) return `more than ${MOST_LINES} lines`;
  return signs > MOST_SIGNS ? `more than ${MOST_SIGNS} brackets and commas` : undefined;
}

/** The line of a character, from 1. */
const lineOf = (text: string, at: number): number => text.slice(0, at).split('\n').length;

class YamlReader {
  readonly #lineAt: (offset: number) => number;
  readonly #anchors = new Map<string, Node>();
  #parts = 0;

  constructor(lineAt: (offset: number) => number) {
    this.#lineAt = lineAt;
  }

  part(name: string, node: unknown, line: number, level: number): Part {
    if (++this.#parts > MOST_PARTS)
      throw new UnreadableDefinition(line, `more than ${MOST_PARTS} values, with those of aliases`);
    if (level > MOST_LEVELS) throw new UnreadableDefinition(line, `nested deeper than ${MOST_LEVELS} levels`);
    const empty: Part = { name, line, kind: 'text', text: '', parts: [] };
    if (isAlias(node)) return this.#meant(empty, node.source, level);
    const part = this.#plain(empty, node, level);
    // An anchor counts once its node has been read, so that no alias stands for what it is in.
    if ((isScalar(node) || isMap(node) || isSeq(node)) && node.anchor) this.#anchors.set(node.anchor, node);
    return part;
  }

  #meant(empty: Part, anchor: string, level: number): Part {
    const node = this.#anchors.get(anchor);
    if (!node) throw new UnreadableDefinition(empty.line, `*${anchor} stands for nothing that ends before it`);
    return this.part(empty.name, node, empty.line, level + 1);
  }

  #plain(empty: Part, node: unknown, level: number): Part {
    if (isScalar(node)) return { ...empty, text: textOfScalar(node.value, node.type) };
    if (isSeq(node)) {
      const parts = node.items.map((item) => this.part('', item, this.#lineOf(item, empty.line), level + 1));
      return { ...empty, kind: 'list', parts };
    }
    if (isMap(node)) return { ...empty, kind: 'map', parts: this.#entries(node.items, empty.line, level) };
    return empty;
  }

  #entries(pairs: readonly Pair[], around: number, level: number): Part[] {
    const own: Part[] = [];
    const merged: Part[] = [];
    for (const { key, value } of pairs) {
      const line = this.#lineOf(key, around);
      if (!isScalar(key)) throw new UnreadableDefinition(line, 'a key must be a word, not a list or a map');
      const name = String(key.value);
      const part = this.part(name, value, line, level + 1);
      if (name !== '<<') own.push(part);
      else if (part.kind === 'map') merged.push(...part.parts);
      else throw new UnreadableDefinition(line, `<< must name a map, not ${quoted(part.text)}`);
    }
    const names = new Set(own.map(({ name }) => name));
    return [...merged.filter(({ name }) => !names.has(name)), ...own];
  }

  #lineOf(node: unknown, around: number): number {
    const range = (node as { range?: [number, number, number] } | null)?.range;
    return range ? this.#lineAt(range[0]) : around;
  }
}

const textOfScalar = (value: unknown, type: string | undefined): string => {
  const text = typeof value === 'string' ? value : '';
  return type === 'PLAIN' && /^(~|null)$/i.test(text) ? '' : text;
};
