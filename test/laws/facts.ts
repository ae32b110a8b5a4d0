import type { Tree } from './tree.ts';

const FOLDER = 'docs/facts/';
const HEADING = /^#{2,6}\s+(\d+(?:\.\d+)*)\.?\s/gm;
/** A citation such as `facts/NAME 1.2, 1.6`: a document and numbers of its headings; further numbers have a point. */
const CITATION = /(?<![\w/.@#'"-])facts\/([a-z][a-z0-9-]*)(?: (\d+(?:\.\d+)*(?:(?:,| and) \d+\.\d+)*)(?!\w))?/g;
/** Forms that must not be used: the word alone before a number, with `of` or without, and a path before a number. */
const OTHER_FORMS = /\bfacts?(?: of)? \d+\.\d+|\bfacts\/[\w-]+\.md,? \d+(?:\.\d+)*/gi;

/**
 * Citations that name no document or heading of docs/facts, or have another form; and numbers that several headings
 * have.
 */
export function deadCitations(tree: Tree): string[] {
  const headings = factHeadings(tree);
  const cited = [...tree]
    .filter(([path]) => /\.(tsx?|md)$/.test(path))
    .flatMap(([path, text]) => citationsOf(text, headings).map((found) => `${path}: ${found}`));
  return [...twice(headings), ...cited];
}

/** The numbers of the headings of each document of facts, by its name without `.md`. */
function factHeadings(tree: Tree): Map<string, string[]> {
  const documents = [...tree].filter(([path]) => path.startsWith(FOLDER) && path.endsWith('.md'));
  return new Map(
    documents.map(([path, text]) => [
      path.slice(FOLDER.length, -'.md'.length),
      [...text.matchAll(HEADING)].map(([, number = '']) => number),
    ]),
  );
}

function citationsOf(text: string, headings: ReadonlyMap<string, readonly string[]>): string[] {
  const words = text.replaceAll(/\]\([^)]*\)/g, ']').replaceAll(/\n *(?:\*|\/\/) /g, ' ');
  const others = [...words.matchAll(OTHER_FORMS)].map(([form]) => `${form}: write facts/NAME NUMBER`);
  const dead = [...words.matchAll(CITATION)].flatMap(([citation, name = '', numbers]) => {
    const known = headings.get(name);
    if (known === undefined) return [`${citation}: there is no ${FOLDER}${name}.md`];
    if (numbers === undefined) return [`${citation}: name a heading`];
    const missing = numbers.split(/, | and /).filter((number) => !known.includes(number));
    return missing.map((number) => `${citation}: there is no heading ${number}`);
  });
  return [...others, ...dead];
}

function twice(headings: ReadonlyMap<string, readonly string[]>): string[] {
  return [...headings].flatMap(([name, numbers]) =>
    numbers
      .filter((number, at) => numbers.indexOf(number) < at)
      .map((number) => `${FOLDER}${name}.md: two headings with the number ${number}`),
  );
}
