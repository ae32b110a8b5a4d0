import { masked } from './masked.ts';
import { sourcesOf, type Tree } from './tree.ts';

/** Rooms that read foreign input, or texts of people. */
const ROOMS = ['lib/', 'central/', 'agent/', 'technician/', 'firmware-config/', 'overlays/'];

/**
 * Tables whose keys cannot be a name of `Object.prototype`, with the reason. Other tables must be a `Map`, be made by
 * `Object.fromEntries`, or be read after `Object.hasOwn(table, key)` in the same file.
 */
const SAFE: Readonly<Record<string, string>> = {
  'lib/http-api/openapi.ts schemas': 'names of our own schemas',
  'lib/http-api/openapi.ts paths': 'paths of our own rows',
  'lib/opencast/calendars/zoned-time.ts of': 'kinds of parts that Intl names',
  'lib/sis/parse.ts codecs': 'names of fields in our own rows',
  'lib/sis/parse.ts values': 'names of fields in our own rows',
  'central/timetable/import/dates.ts WEEKDAYS': 'keys of two letters; no such name is that short',
  'lib/runtime/patch.ts parts': 'numbers of places in a list',
  'lib/sentences/sentence.ts values': 'names of places in our own sentences',
  'lib/sis/handlers.ts handlers': 'ids of our own rows',
  'lib/sis/samples.ts instead': 'names of fields in our own rows',
  'central/command.ts options': 'flags of our own table',
  'agent/command.ts options': 'flags of our own table',
  'agent/box/web/recording-source.ts MIMES': 'ends of names, which begin with a dot or have one letter',
  'agent/control/files/file-error.ts codes': 'codes of errors of the system',
  'agent/control/ftp/ftp-connection.ts commands': 'verbs in capitals; no such name is',
  'agent/schedule/server/wire.ts WORDS': 'codes of errors of the system',
  'agent/web/http/raw-sockets.ts STATUS': 'codes of errors of Node',
  'agent/web/http/pages.ts PAGES': 'files of our own pages',
  'agent/web/http/pages.ts MIME': 'ends of names, which begin with a dot',
  'agent/web/pages/device/layouts/inside.tsx ALIGN': 'words of our own schema',
  'agent/web/pages/device/settings/schema.ts properties': 'keys of our own schema',
  'agent/web/pages/reference/openapi.ts schemas': 'names of our own schemas',
  'agent/web/swis/server-addresses.ts PORTS': 'schemes of addresses, which end with a colon',
  'firmware-config/document/text.ts target': 'keys of our own overrides',
  'central/http/external-api/metadata.ts words': 'keys of our own table of fields',
  'central/http/external-api/metadata.ts told': 'ids of our own table of fields',
  'central/http/opencast/schedule-routes.ts query': 'names that we ask for, in an object without a prototype',
  'central/store/data-folder.ts WORDS': 'codes of errors of the system',
};

const DECLARED = /\b([\w$]+)\??: (?:Readonly<)?(?:Partial<)?Record<string,/g;
/** A key that is neither a literal nor a constant. */
const KEY = String.raw`\[(?!["'\x60\d]|[A-Z][A-Z_\d]*\]|keyof )[^\]]+\]`;
const CAST = new RegExp(String.raw`as (?:Readonly<)?Record<string, [\w<>[\] |]+>\)${KEY}`, 'g');

/**
 * Places where a text is the key of a plain object: a foreign `__proto__` or `constructor` would find, or replace, what
 * every object has. Gives `path:line name[key]`.
 */
export function foreignKeys(tree: Tree): string[] {
  return sourcesOf(tree)
    .filter(([path]) => ROOMS.some((room) => path.startsWith(room)))
    .flatMap(([path, text]) => inSource(path, masked(text)));
}

function inSource(path: string, code: string): string[] {
  const names = new Set([...code.matchAll(DECLARED)].map(([, name = '']) => name));
  const found = [...names].flatMap((name) =>
    code.includes(`Object.hasOwn(${name},`) || Object.hasOwn(SAFE, `${path} ${name}`)
      ? []
      : [...code.matchAll(new RegExp(String.raw`(?<![\w$])${name.replaceAll('$', String.raw`\$`)}${KEY}`, 'g'))],
  );
  return [...found, ...code.matchAll(CAST)].map(
    ({ 0: place, index }) => `${path}:${code.slice(0, index).split('\n').length} ${place}`,
  );
}
