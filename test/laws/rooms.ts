import { basename, dirname } from 'node:path/posix';
import { importsOf, roomOf } from './imports.ts';
import { sourcesOf, type Tree } from './tree.ts';

/** Number of sources in a folder; one with more breaks the law, since it lacks sub-rooms. */
const FOLDER_SOURCES = 20;
/** Folders to which the limit applies: tests, and pages that programs make, have the size of what they mirror. */
const IS_PRODUCT = /^(agent|central|lib|simulator|technician|overlays|firmware-config|bin)\//;
const README_LINES = 40;
/** Names that may occur in several folders. */
const MAY_REPEAT = new Set(['README.md', 'main.tsx', 'main.ts', 'tsconfig.json', 'package.json']);

/**
 * Each loop of rooms once, as `a → b → a`. Imports of types count too: rooms that need each other's types are one room
 * with two names.
 */
export function roomLoops(tree: Tree): string[] {
  const graph = new Map<string, Set<string>>();
  for (const { from, to } of importsOf(tree)) {
    const [room, target] = [roomOf(from), roomOf(to)];
    if (!IS_PRODUCT.test(from) || !IS_PRODUCT.test(to) || room === target) continue;
    graph.set(room, (graph.get(room) ?? new Set()).add(target));
  }
  const loops = new Set<string>();
  const visit = (room: string, trail: readonly string[]): void => {
    const start = trail.indexOf(room);
    if (start >= 0) return void loops.add(turned(trail.slice(start)));
    for (const next of graph.get(room) ?? []) visit(next, [...trail, room]);
  };
  for (const room of graph.keys()) visit(room, []);
  return [...loops];
}

/** The loop, turned so that it begins and ends with its first room by name. */
function turned(loop: readonly string[]): string {
  const first = loop.indexOf(loop.toSorted()[0] ?? '');
  const rooms = [...loop.slice(first), ...loop.slice(0, first)];
  return [...rooms, rooms[0]].join(' → ');
}

/** Folders with more sources than the law allows. */
export function crowdedFolders(tree: Tree): string[] {
  const counts = new Map<string, number>();
  for (const [path] of sourcesOf(tree)) {
    if (IS_PRODUCT.test(path)) counts.set(dirname(path), (counts.get(dirname(path)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count > FOLDER_SOURCES)
    .map(([folder, count]) => `${folder}: ${count} sources, the law is ${FOLDER_SOURCES}`);
}

/**
 * Sources with the same name in a room and its sub-rooms, since a name should lead to one file. Pages are rooms of
 * their own.
 */
export function twinNames(tree: Tree): string[] {
  const places = new Map<string, string[]>();
  for (const [path] of sourcesOf(tree)) {
    if (!IS_PRODUCT.test(path) || MAY_REPEAT.has(basename(path))) continue;
    const key = `${pageOrRoomOf(path)}: ${basename(path)}`;
    places.set(key, [...(places.get(key) ?? []), path]);
  }
  return [...places].filter(([, paths]) => paths.length > 1).map(([key, paths]) => `${key} is ${paths.join(' and ')}`);
}

const pageOrRoomOf = (path: string): string => /^.*?\/pages\/[^/]+(?=\/)/.exec(path)?.[0] ?? roomOf(path);

/** Rooms without a README, and READMEs with more lines than the law allows. */
export function roomsWithoutReadme(tree: Tree): string[] {
  const rooms = new Set(sourcesOf(tree).map(([path]) => roomOf(path)));
  return [...rooms]
    .filter((room) => IS_PRODUCT.test(`${room}/`))
    .flatMap((room) => {
      const text = tree.get(`${room}/README.md`);
      if (text === undefined) return [`${room}/README.md is missing`];
      const lines = text.trimEnd().split('\n').length;
      return lines > README_LINES ? [`${room}/README.md: ${lines} lines, the law is ${README_LINES}`] : [];
    });
}
