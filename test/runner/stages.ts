import { relative } from 'node:path';
import type { Durations } from './durations.ts';
import type { Kind, TestFile } from './files.ts';

export interface Stage {
  name: string;
  files: TestFile[];
  /** Files that share a process. */
  filesPerProcess: number;
  /** Processes at a time. */
  atOnce: number;
}

/** Files of one process; more would start fewer processes and find whose fault a crash is later. */
const FILES_PER_PROCESS = 16;
/** A process gets no more files once they are expected to take so long, so that all cores have something to do to the end. */
const PROCESS_MS = 20_000;

/** Processes beyond one per core, of tests that do not measure: many of them wait for something, and leave their core to another. */
const MORE_THAN_CORES = 1;

/**
 * Which test files run when: laws, then units (many to a process), then what needs programs, browsers and whole boxes (a process
 * each), both some more at once than there are cores; and last, one at a time, the files that say that they run alone. The longest of a stage begin first, so that no core waits for the last one.
 */
export function stagesOf(files: readonly TestFile[], cores: number, durations: Pick<Durations, 'of'>): Stage[] {
  const longestFirst = files.toSorted((a, b) => durations.of(b) - durations.of(a));
  const stage = (name: string, kind: Kind, filesPerProcess: number, atOnce: number): Stage => ({
    name,
    filesPerProcess,
    atOnce,
    files: (filesPerProcess > 1 ? files : longestFirst).filter((file) => file.kind === kind),
  });
  const stages = [
    stage('laws', 'law', FILES_PER_PROCESS, cores),
    stage('units', 'unit', FILES_PER_PROCESS, cores + MORE_THAN_CORES),
    stage('side by side', 'whole', 1, cores + MORE_THAN_CORES),
    stage('alone', 'alone', 1, 1),
  ];
  return stages.filter(({ files: some }) => some.length > 0);
}

/** The files of each process of a stage, no fewer processes than run at once; those that take longest begin first. */
export function batchesOf({ files, filesPerProcess, atOnce }: Stage, durations: Pick<Durations, 'of'>): TestFile[][] {
  const most = Math.min(filesPerProcess, Math.ceil(files.length / atOnce));
  const batches: { files: TestFile[]; expectedMs: number }[] = [];
  for (const file of files) {
    const expectedMs = durations.of(file);
    const last = batches.at(-1);
    if (last && last.files.length < most && last.expectedMs + expectedMs <= PROCESS_MS) {
      last.files.push(file);
      last.expectedMs += expectedMs;
    } else batches.push({ files: [file], expectedMs });
  }
  return batches.toSorted((a, b) => b.expectedMs - a.expectedMs).map((batch) => batch.files);
}

export interface Choice {
  /** Parts of paths below `test/`; none means all. */
  only: readonly string[];
  /** Files that end in `.long.test.ts` run only then, or when they are asked for by name. */
  long: boolean;
  /** Files that end in `.soak.test.ts` run only then, and alone, or when they are asked for by name. */
  soak: boolean;
}

/** The files that were asked for. */
export function chosen(files: readonly TestFile[], testFolder: string, { only, long, soak }: Choice): TestFile[] {
  return files.filter(({ path }) => {
    const name = relative(testFolder, path);
    if (!isWanted(name, only)) return false;
    if (only.length > 0) return true;
    if (soak) return name.endsWith('.soak.test.ts');
    return !name.endsWith('.soak.test.ts') && (long || !name.endsWith('.long.test.ts'));
  });
}

export function isWanted(name: string, wanted: readonly string[]): boolean {
  return wanted.length === 0 || wanted.some((part) => name.includes(part.replace(/^test\//, '')));
}
