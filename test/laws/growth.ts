import { sourcesOf, type Tree } from './tree.ts';
import { masked } from './masked.ts';

/** Rooms that read foreign input. */
const ROOMS = /^(?:lib|agent|central|overlays|firmware-config)\//;
/** Pages, which read only what our own box and server send. */
const NOT_FOREIGN = /^agent\/web\/pages\/|^lib\/pages\//;
/** A function that reads a text or bytes, recognised by its name and its first argument. */
const READER =
  /^export (?:async )?function\*? (?:(?:parse|read|split)[A-Z]\w*|\w+In)\((?:text|texts|header|bytes|data|xml|html|content|csv|line|value|values|datagram|packet|uri|contentType)\??: (?:string|Buffer|Uint8Array|readonly string\[\])\b/m;
/** A function that opens a reader of bytes in pieces. */
const OPENED = /^export function open\w*(?:Parser|Framer|Demux|Reader|Options|Verdict)\(/m;
const IMPORT = /from '([^']+)'/g;

/**
 * Sources that read foreign text or bytes without a test that measures their work for twice as much input. Such a test
 * imports the source and contains `growsAsItsInput`, `growsEvenly` or `judgeGrowth`. Those in `known` are left out; one of them that
 * is not such a source is reported.
 */
export function unmeasuredReaders(tree: Tree, known: ReadonlyMap<string, string>): string[] {
  const measured = new Set<string>();
  for (const [path, text] of sourcesOf(tree)) {
    if (!path.startsWith('test/') || !/\b(?:growsAsItsInput|growsEvenly|judgeGrowth)\(/.test(text)) continue;
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
