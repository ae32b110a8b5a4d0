import { sourcesOf, type Tree } from './tree.ts';
import { masked } from './masked.ts';

/** Rooms that read what comes from outside. */
const ROOMS = /^(?:lib|agent|central|overlays|firmware-config)\//;
/** Pages read what our own box and server say. */
const NOT_FOREIGN = /^agent\/web\/pages\/|^lib\/pages\//;
/** A function that reads a text or bytes: by its name and its first argument. */
const READER =
  /^export (?:async )?function\*? (?:(?:parse|read|split)[A-Z]\w*|\w+In)\((?:text|texts|header|bytes|data|xml|html|content|csv|line|value|values|datagram|packet|uri|contentType)\??: (?:string|Buffer|Uint8Array|readonly string\[\])\b/m;
/** What takes bytes piece by piece. */
const OPENED = /^export function open\w*(?:Parser|Framer|Demux|Reader|Options|Verdict)\(/m;
const IMPORT = /from '([^']+)'/g;

/**
 * Sources that read foreign text or bytes, and whose work for twice as much is measured in no test: a test that measures imports them
 * and has `growsAsItsInput` or `judgeGrowth` in it. Those of `known` are left out; one of them that is no such source any more is told.
 */
export function unmeasuredReaders(tree: Tree, known: ReadonlyMap<string, string>): string[] {
  const measured = new Set<string>();
  for (const [path, text] of sourcesOf(tree)) {
    if (!path.startsWith('test/') || !/\b(?:growsAsItsInput|judgeGrowth)\(/.test(text)) continue;
    for (const [, from = ''] of text.matchAll(IMPORT)) if (from.startsWith('#')) measured.add(from.slice(1));
  }
  const readers = sourcesOf(tree)
    .filter(([path]) => ROOMS.test(path) && !NOT_FOREIGN.test(path))
    .filter(([, text]) => READER.test(masked(text)) || OPENED.test(masked(text)))
    .map(([path]) => path)
    .filter((path) => !measured.has(path));
  const gone = [...known.keys()].filter((path) => !readers.includes(path)).map((path) => `${path}: known, and none`);
  return [...readers.filter((path) => !known.has(path)), ...gone];
}
