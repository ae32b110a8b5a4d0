import { basename } from 'node:path';
import { masked } from './masked.ts';
import { sourcesOf, type Tree } from './tree.ts';

const FILE_LINES = 400;

/** Tables of facts, which may be as long as the facts are. */
const TABLES: readonly RegExp[] = [/^lib\/sis\/families\//, /^overlays\/factory-layouts\.ts$/, /\.as\.ts$/];

/** Files that are longer than the law allows. */
export function longFiles(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => !TABLES.some((table) => table.test(path)))
    .map(([path, text]) => ({ path, lines: text.split('\n').length - 1 }))
    .filter(({ lines }) => lines > FILE_LINES)
    .map(({ path, lines }) => `${path}: ${lines} lines, the law is ${FILE_LINES}`);
}

/**
 * Files with `export default`, since a thing has one name everywhere. Configuration files of tools that need one are
 * left out.
 */
export function defaultExports(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => !path.endsWith('.config.ts'))
    .filter(([, text]) => /^\s*export\s+default\b|^\s*export\s*\{[^}]*\bas\s+default\b/m.test(text))
    .map(([path]) => `${path}: a default export`);
}

/** Files called `index.ts`, which says nothing about their content. */
export function indexFiles(tree: Tree): string[] {
  return [...tree.keys()]
    .filter((path) => /(^|\/)index\.tsx?$/.test(path))
    .map((path) => `${path}: name it after what it holds`);
}

const EMPTY_WORD = /manager|helper|utils?$|utils?[-.A-Z]/i;
const DECLARATION = /\b(?:class|interface|type|function|const)\s+([A-Za-z_$][\w$]*)/g;

/** Names with Manager, Helper or Utils, which say nothing. */
export function emptyNames(tree: Tree): string[] {
  return sourcesOf(tree).flatMap(([path, text]) => {
    const inFile = EMPTY_WORD.test(basename(path).replace(/\.tsx?$/, '')) ? [`${path}: an empty file name`] : [];
    const declared = [...masked(text).matchAll(DECLARATION)].map(([, name = '']) => name);
    const inCode = declared
      .filter((name) => /(Manager|Helper|Utils?)(?![a-z])/.test(name))
      .map((name) => `${path}: ${name} is an empty name`);
    return [...inFile, ...inCode];
  });
}
