import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestFile } from './files.ts';

/** How long each check and file took when it last ran; the order of files and the estimate of what is left depend on it. */
export interface Durations {
  /** Of a check by its name, or of a file, ms; what never ran here takes what its kind does. */
  of(what: string | TestFile): number;
  /** Names of files are their paths from the root of the project. */
  keep(name: string, durationMs: number): void;
  save(): void;
}

const UNKNOWN_MS = { law: 2000, unit: 1500, whole: 25_000, alone: 35_000 } as const;
const UNKNOWN_LONG_MS = 180_000;
const UNKNOWN_CHECK_MS = 8000;

/** What takes longer or shorter than its kind usually does, on a machine on which it never ran. */
const USUAL = fileURLToPath(new URL('usual-durations.json', import.meta.url));

/** Reads what the last run kept in `path`; a file that is not there or spoilt is as good as none. */
export function openDurations(path: string, root: string): Durations {
  const known = readKnown(path);
  const usual = readKnown(USUAL);
  return {
    of(what) {
      if (typeof what === 'string') return known.get(what) ?? UNKNOWN_CHECK_MS;
      const unknownMs = /\.(long|soak)\./.test(what.path) ? UNKNOWN_LONG_MS : UNKNOWN_MS[what.kind];
      const name = relative(root, what.path);
      return known.get(name) ?? usual.get(name) ?? unknownMs;
    },
    keep: (name, durationMs) => void known.set(name, Math.round(durationMs)),
    save() {
      mkdirSync(dirname(path), { recursive: true });
      const sorted = Object.fromEntries([...known].toSorted(([a], [b]) => (a < b ? -1 : 1)));
      writeFileSync(path, `${JSON.stringify(sorted, undefined, 1)}\n`);
    },
  };
}

function readKnown(path: string): Map<string, number> {
  try {
    const kept = Object.entries(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>);
    return new Map(kept.filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
  } catch {
    return new Map();
  }
}
