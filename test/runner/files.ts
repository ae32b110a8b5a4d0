import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

/**
 * How a test file runs: `unit` shares its process, `whole` has one of its own, and `alone` has the machine as
 * well.
 */
export type Kind = 'law' | 'unit' | 'whole' | 'alone';

export interface TestFile {
  path: string;
  kind: Kind;
  /** After so long the file is ended, ms. */
  limitMs: number;
  /** Paths from the root of the project of what it tests beyond what it imports. */
  covers: string[];
}

const MINUTE_MS = 60_000;
/** Folders whose files have a process of their own: they start programs, browsers and boxes. */
const WHOLE_FOLDERS = new Set(['media', 'web', 'e2e']);
/** Limits that no working machine comes near to: they end what hangs. */
const LIMIT_MINUTES = { law: 5, unit: 5, whole: 15, alone: 15, long: 60 } as const;

/**
 * Reads which test files there are and what their first lines say of them:
 *
 *     // Runs alone: WHY.               measures in real time; nothing runs beside it
 *     // In a process of its own: WHY.  shares no modules with other files
 *     // May take 90 minutes: WHY.      instead of the limit of its kind
 *     // Covers agent/web/pages.        tests this too, without importing it
 */
export function testFilesIn(testFolder: string): TestFile[] {
  return readdirSync(testFolder, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .toSorted()
    .map((path) => describeFile(join(testFolder, path), relative(testFolder, join(testFolder, path))));
}

function describeFile(path: string, name: string): TestFile {
  const head = leadingComments(readFileSync(path, 'utf8'));
  const kind = kindOf(name, head);
  const minutes = Number(/^\/\/ May take (\d+) minutes: \S/m.exec(head)?.[1] ?? limitOf(name, kind));
  const covers = [...head.matchAll(/^\/\/ Covers ([^\n]+?)\.?$/gm)].flatMap(([, paths = '']) =>
    paths.split(/, | and /),
  );
  return { path, kind, limitMs: minutes * MINUTE_MS, covers };
}

/** The comments before the first line of code. */
const leadingComments = (text: string): string => /^(?:\/\/[^\n]*\n|\s*\n)*/.exec(text)?.[0] ?? '';

function kindOf(name: string, head: string): Kind {
  if (/^\/\/ Runs alone: \S/m.test(head)) return 'alone';
  if (/^\/\/ In a process of its own: \S/m.test(head)) return 'whole';
  const [room = ''] = name.split('/');
  if (room === 'laws') return 'law';
  return WHOLE_FOLDERS.has(room) ? 'whole' : 'unit';
}

const limitOf = (name: string, kind: Kind): number =>
  /\.(long|soak)\.test\.ts$/.test(name) ? LIMIT_MINUTES.long : LIMIT_MINUTES[kind];
