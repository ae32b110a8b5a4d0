import { posix } from 'node:path';
import { sourcesOf, type Tree } from './tree.ts';

export interface Import {
  from: string;
  /** A path from the root of the project, or the name of a package or of a module of Node. */
  to: string;
  /** Whether only types are imported, so that nothing is loaded. */
  typeOnly: boolean;
  relative: boolean;
}

const STATEMENT = /^[ \t]*(?:(?:import|export)\s+(type\s+)?([\w$*{},\s]+?)\s*\bfrom\s*|import\s*)['"]([^'"\n]+)['"]/gm;
const CALL = /\bimport\(\s*['"]([^'"\n]+)['"]\s*\)/g;

/** The imports of all sources. The text is read well enough for formatted code. */
export function importsOf(tree: Tree): Import[] {
  return sourcesOf(tree).flatMap(([from, text]) => {
    const code = withoutComments(text);
    const named = [...code.matchAll(STATEMENT)].map(([, type, names = '', to = '']) => ({
      to,
      typeOnly: Boolean(type) || onlyTypes(names),
    }));
    const called = [...code.matchAll(CALL)].map(([, to = '']) => ({ to, typeOnly: false }));
    return [...named, ...called].map(({ to, typeOnly }) => ({
      from,
      to: resolve(from, to),
      typeOnly,
      relative: to.startsWith('.'),
    }));
  });
}

const withoutComments = (text: string): string => text.replaceAll(/^\s*(\/\*[\s\S]*?\*\/|\/\/.*$)/gm, '');

/** Whether `{ type A, type B }` has types alone. */
function onlyTypes(names: string): boolean {
  const inside = /^\{([\s\S]*)\}\s*$/.exec(names.trim())?.[1];
  if (inside === undefined) return false;
  const words = inside.split(',').map((name) => name.trim());
  return words.some(Boolean) && words.every((name) => name === '' || name.startsWith('type '));
}

function resolve(from: string, to: string): string {
  if (to.startsWith('#')) return to.slice(1);
  // Packages of this project import each other by name: `@amphi/lib/runtime/clock.ts`.
  if (to.startsWith('@amphi/')) return to.slice('@amphi/'.length);
  return to.startsWith('.') ? posix.join(posix.dirname(from), to) : to;
}

const HAVE_SUB_ROOMS = new Set(['lib', 'agent', 'technician', 'central']);

/** The room of a file: `lib/rtsp`, `agent/media`, `simulator`; files directly in `agent/` belong to `agent`. */
export function roomOf(path: string): string {
  const [top = '', second = '', ...rest] = path.split('/');
  if (second === '') return '';
  return HAVE_SUB_ROOMS.has(top) && rest.length > 0 ? `${top}/${second}` : top;
}

interface Permission {
  /** Rooms (with all below them) or files whose values and types may be imported. */
  may: readonly string[];
  /** Rooms whose types alone may be imported. */
  types?: readonly string[];
}

const EVERYTHING = [
  'agent',
  'lib',
  'overlays',
  'simulator',
  'central',
  'firmware-config',
  'technician',
  'test',
  'bin',
  'docs',
];

/** The rooms of the server that a worker needs; it runs without `central/http` and `central/pages`. */
const CENTRAL_DOMAIN = [
  'central/store',
  'central/identity',
  'central/catalogue',
  'central/agents',
  'central/timetable',
  'central/workflows',
  'central/publication',
  'central/intake',
  'central/editing',
];

/** Imports that each room may have besides its own. `lib/*` is any room of lib without a line of its own. */
export const permissions: Record<string, Permission> = {
  'lib/runtime': { may: [] },
  'lib/*': { may: ['lib/runtime'] },
  'lib/http-api': { may: ['lib/runtime'] },
  // Rooms whose code runs in a browser.
  'lib/pages': { may: [] },
  'lib/opencast': { may: ['lib/runtime', 'lib/calendar', 'lib/media'] },
  'lib/ffmpeg': { may: ['lib/runtime', 'lib/media'] },
  'lib/http-client': { may: ['lib/runtime'] },
  'lib/analysis': { may: ['lib/runtime', 'lib/ffmpeg', 'lib/media', 'lib/sentences'] },
  agent: { may: ['agent', 'lib', 'overlays', 'firmware-config'] },
  'agent/box': { may: ['agent', 'lib', 'overlays', 'firmware-config'] },
  'agent/doors': { may: ['agent', 'lib', 'overlays', 'firmware-config'] },
  'agent/device': { may: ['lib/sis', 'lib/runtime', 'firmware-config'], types: ['lib/media'] },
  // agent/device/dual-mode.ts has the rules of dual mode, which the media path needs too.
  'agent/media': {
    may: [
      'agent/device/dual-mode.ts',
      'lib/ffmpeg',
      'lib/http-relay',
      'lib/media',
      'lib/rtmp',
      'lib/rtsp',
      'lib/runtime',
      'overlays',
    ],
    types: ['agent/device'],
  },
  'agent/recorder': {
    may: ['lib/ffmpeg', 'lib/media', 'lib/rtsp', 'lib/runtime', 'overlays'],
    types: ['agent/device'],
  },
  'agent/rtsp': {
    may: ['lib/ffmpeg', 'lib/media', 'lib/rtmp', 'lib/rtsp', 'lib/runtime', 'overlays'],
    types: ['agent/device'],
  },
  'agent/control': { may: ['lib/sis', 'lib/runtime', 'agent/device', 'firmware-config'] },
  'agent/web': {
    may: ['lib/http-api', 'lib/pages', 'lib/sentences', 'lib/sis', 'lib/runtime', 'agent/device', 'firmware-config'],
  },
  'agent/schedule': {
    may: ['agent/device/dual-mode.ts', 'lib/opencast', 'lib/calendar', 'lib/runtime'],
    types: ['agent/device', 'firmware-config'],
  },
  overlays: { may: ['lib/media'] },
  'firmware-config': { may: ['lib'] },
  simulator: { may: ['lib'] },
  technician: { may: ['technician'] },
  'technician/dial': { may: ['lib/runtime', 'lib/http-client'] },
  'technician/output': { may: ['lib/runtime'] },
  'technician/known': { may: ['lib/runtime', 'technician/dial', 'technician/output'] },
  'technician/sis': { may: ['lib/sis', 'lib/runtime', 'technician/dial', 'technician/known'] },
  'technician/config': {
    may: ['lib/runtime', 'lib/tables', 'firmware-config', 'technician/dial', 'technician/known', 'technician/output'],
  },
  'technician/schedule': {
    may: ['lib/runtime', 'lib/opencast', 'lib/calendar', 'technician/dial', 'technician/known', 'technician/output'],
  },
  'technician/workflow': {
    may: ['lib/runtime', 'lib/opencast', 'technician/dial', 'technician/known', 'technician/output'],
  },
  central: { may: ['lib', 'central'] },
  'central/store': { may: ['lib'] },
  'central/identity': { may: ['lib', 'central/store'] },
  'central/catalogue': { may: ['lib', 'central/store', 'central/identity'] },
  'central/agents': { may: ['lib', 'central/store', 'central/identity', 'central/catalogue'] },
  'central/timetable': { may: ['lib', 'central/store', 'central/identity', 'central/catalogue', 'central/agents'] },
  'central/workflows': { may: ['lib', 'central/store', 'central/identity', 'central/catalogue'] },
  'central/publication': {
    may: ['lib', 'central/store', 'central/identity', 'central/catalogue', 'central/workflows'],
  },
  'central/intake': {
    may: ['lib', 'central/store', 'central/identity', 'central/catalogue', 'central/agents', 'central/workflows'],
  },
  'central/editing': {
    may: [
      'lib',
      'central/store',
      'central/identity',
      'central/catalogue',
      'central/timetable',
      'central/workflows',
      'central/intake',
    ],
  },
  'central/http': { may: ['lib', ...CENTRAL_DOMAIN] },
  'central/pages': { may: ['lib', ...CENTRAL_DOMAIN, 'central/http'] },
  bin: {
    may: [
      'lib',
      'agent/main.ts',
      'agent/command.ts',
      'simulator/main.ts',
      'simulator/demo',
      'central/main.ts',
      'central/command.ts',
    ],
  },
  docs: { may: EVERYTHING },
  test: { may: EVERYTHING },
  bench: { may: [...EVERYTHING, 'bench'] },
};

/** Files with types of the state and a few pure functions for them, which count as types. */
const TYPES_FILES = new Set(['agent/device/state.ts']);

/** Packages and modules of Node that only some rooms may use; tests and benches may use all. */
const confined: readonly { what: RegExp; rooms: readonly string[] }[] = [
  { what: /^axios(\/|$)/, rooms: ['lib/http-client'] },
  { what: /^conf(\/|$)/, rooms: ['technician/known'] },
  { what: /^(execa|node:child_process|child_process)$/, rooms: ['lib/runtime'] },
  { what: /^ssh2(\/|$)/, rooms: ['agent/control', 'technician/dial'] },
];

/** Rooms that do no input or output, except the named files. */
const pure = { rooms: ['lib/sis', 'lib/opencast', 'lib/media'], but: /^lib\/media\/probe/ };
const IO = /^node:(fs|net|http|https|http2|tls|dgram|dns|worker_threads|cluster|readline)(\/|$)/;

/** All imports that the table of permissions does not allow, in words. */
export function forbiddenImports(tree: Tree): string[] {
  return importsOf(tree).flatMap((one) => {
    const why = whyNot(one);
    return why ? [`${one.from} imports ${one.to}: ${why}`] : [];
  });
}

function whyNot(one: Import): string | undefined {
  const [room, target] = [roomOf(one.from), roomOf(one.to)];
  if (!isOurs(one.to)) return whyNotOutside(one, room);
  const onPage = whyNotOnPage(one);
  if (onPage !== undefined) return onPage;
  if (one.to === 'agent/main.ts' && !['bin', 'test', 'bench'].includes(room) && one.from !== 'agent/command.ts') {
    return 'only bin and agent/command.ts import it';
  }
  if (room === target) return one.relative || room === 'test' ? undefined : 'inside a room imports are relative';
  if (one.relative && !alwaysRelative(room, target))
    return 'from another room imports begin with # or the name of its package';
  const permission = permissions[room] ?? (room.startsWith('lib/') ? permissions['lib/*'] : undefined);
  if (!permission) return `test/laws/imports.ts has no line for ${room || 'the root'}`;
  if (permission.may.some((prefix) => isBelow(one.to, prefix))) return undefined;
  const typesOf = permission.types?.some((prefix) => isBelow(one.to, prefix)) ?? false;
  if (typesOf && (one.typeOnly || TYPES_FILES.has(one.to))) return undefined;
  return typesOf ? `${room} may import types alone from there` : `${room} may not import ${target}`;
}

/** Places of code that runs in a browser. */
const PAGES = ['agent/web/pages', 'central/pages/editor'];
/** Rooms that all pages are made of. */
const PAGES_BASE = ['lib/pages', 'lib/sentences'];

/**
 * The reason why a page may not import this, in words; undefined if it may. Code in a browser cannot load code of the
 * box or the server, but may use its types.
 */
function whyNotOnPage(one: Import): string | undefined {
  const pages = PAGES.find((place) => isBelow(one.from, place));
  if (pages === undefined || one.typeOnly) return undefined;
  if (isBelow(one.to, pages) || PAGES_BASE.some((base) => isBelow(one.to, base))) return undefined;
  return 'a page may import types alone from the box or the server';
}

function whyNotOutside(one: Import, room: string): string | undefined {
  if (['test', 'bench'].includes(room) || one.typeOnly) return undefined;
  const rule = confined.find(({ what }) => what.test(one.to));
  if (rule && !rule.rooms.includes(room)) return `only ${rule.rooms.join(', ')} may`;
  const isPure = pure.rooms.includes(room) && !pure.but.test(one.from);
  return isPure && IO.test(one.to) ? `${room} does no input or output` : undefined;
}

const isOurs = (to: string): boolean => permissions[to.split('/')[0] ?? ''] !== undefined || to.startsWith('lib/');
const isBelow = (path: string, prefix: string): boolean => path === prefix || path.startsWith(`${prefix}/`);

/**
 * Whether an import must be relative: those between `agent/main.ts` and its rooms, and those of places without an
 * alias.
 */
const alwaysRelative = (room: string, target: string): boolean =>
  (room === 'agent' && target.startsWith('agent/')) ||
  (room.startsWith('central') && target.startsWith('central/')) ||
  ['bin', 'bench', 'docs'].includes(target);

/** Each loop of imports once, as `a → b → a`. Imports of types count too. */
export function importCycles(tree: Tree): string[] {
  const graph = new Map<string, string[]>();
  for (const { from, to } of importsOf(tree)) graph.set(from, [...(graph.get(from) ?? []), to]);
  const cycles = new Set<string>();
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) return void cycles.add(canonical(trail.slice(start)));
    if (done.has(path)) return;
    for (const next of graph.get(path) ?? []) visit(next, [...trail, path]);
    done.add(path);
  };
  for (const path of graph.keys()) visit(path, []);
  return [...cycles];
}

function canonical(circle: readonly string[]): string {
  const first = circle.indexOf(circle.toSorted()[0] ?? '');
  const turned = [...circle.slice(first), ...circle.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}
