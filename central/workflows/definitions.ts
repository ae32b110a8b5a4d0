import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import type { Definition, OperationDefinition } from '@amphi/lib/opencast/workflows/definition.ts';
import { withIncludes } from '@amphi/lib/opencast/workflows/includes.ts';
import { openVariables } from '@amphi/lib/opencast/workflows/variables.ts';
import { readFolder, readFolderAside, stampOf, type DefinitionProblem, type FilesRead } from './definition-files.ts';
import { planOf } from './plan.ts';
import type { PlannedOperation, Variables } from './run/run.ts';

/** The definitions of a server: those that it comes with, and those of its administrator. */
export interface Definitions {
  /** Definitions that can be started, the one with the greatest `displayOrder` first. */
  offered(): readonly Definition[];
  /** The definition of an id, also one that is only included by others; undefined: there is none without mistakes. */
  find(id: string): Definition | undefined;
  /** Reason why a definition cannot be started, in words; undefined: it can be. */
  whyNot(id: string): string | undefined;
  /** Operations of a run that begins with these values. */
  plan(definition: Definition, variables: Variables): PlannedOperation[];
  /** Operations that follow a failure which names this definition; undefined: there is no such definition. */
  handler(id: string): PlannedOperation[] | undefined;
  problems(): readonly DefinitionProblem[];
  close(): void;
}

/** What definitions are opened with. */
interface DefinitionNeeds {
  /** Folder of those that the server comes with, which never change; undefined: none. */
  shipped: string | undefined;
  /** Folder of the administrator, which may not be there yet: one of these replaces one of the server with the same id. */
  own: string;
  catalogue: Catalogue;
  /** Whether this server has the code of an operation. */
  has: (operation: string) => boolean;
  log: Log;
  /** Reads the files of a folder; undefined: they take too long, or too much memory. Without it, in a thread of its own. */
  readAside?: (folder: string) => Promise<FilesRead | undefined>;
  /** Milliseconds after which files that could not be read are read once more; a minute without it. */
  againMs?: number;
}

/** Milliseconds between two looks whether files of definitions have changed. */
const LOOK_MS = 5000;
/** Milliseconds after which files that could not be read, or not within limits, are read once more. */
const AGAIN_MS = 60_000;

/** Definitions that were read at a moment. */
interface Read {
  all: ReadonlyMap<string, Definition>;
  refused: ReadonlyMap<string, string>;
  problems: readonly DefinitionProblem[];
}

/** Reads all definitions, and again when files of the administrator change. A file with a mistake is told and does not stop the others. */
export async function openDefinitions(needs: DefinitionNeeds): Promise<Definitions> {
  const { shipped, own, catalogue, log } = needs;
  const fixed = shipped === undefined ? NONE : await readFolder(shipped);
  const { readAside = readFolderAside, againMs = AGAIN_MS } = needs;
  /** Stamp of the files that were read; undefined: the last reading came to nothing. */
  let stamp: string | undefined;
  let failed: { stamp: string; atMs: number } | undefined;
  let changing = NONE;
  let read: Read = { all: new Map(), refused: new Map(), problems: [] };
  await readOwn(await stampOf(own));
  const closed = new AbortController();
  void follow();

  async function follow(): Promise<void> {
    while (!closed.signal.aborted) {
      await wait(LOOK_MS, undefined, { signal: closed.signal, ref: false }).catch(() => undefined);
      if (closed.signal.aborted) return;
      try {
        const now = await stampOf(own);
        if (now === stamp || (now === failed?.stamp && performance.now() - failed.atMs < againMs)) continue;
        if (await readOwn(now)) log.info({ definitions: read.all.size }, 'definitions of workflows were read again');
      } catch (error) {
        log.warn({ err: error }, 'definitions of workflows cannot be read');
      }
    }
  }

  /** Reads the files of the administrator. Gives false if they cannot be read within limits: those that were read before stay. */
  async function readOwn(now: string): Promise<boolean> {
    const isTold = failed?.stamp === now;
    [stamp, failed] = [undefined, { stamp: now, atMs: performance.now() }];
    const found = now === '' ? NONE : await readAside(own);
    failed = { stamp: now, atMs: performance.now() };
    if (found) changing = found;
    if (found || !isTold) read = await joined(needs, [fixed, found ?? { ...changing, problems: [tooLong(own)] }]);
    if (found) [stamp, failed] = [now, undefined];
    return found !== undefined;
  }

  const operationsOf = (definition: Definition, variables: Variables): readonly OperationDefinition[] =>
    withIncludes(definition, (id) => read.all.get(id), openVariables(variables)).operations;
  return {
    offered: () =>
      [...read.all.values()]
        .filter(({ id, tags }) => tags.length > 0 && !read.refused.has(id))
        .toSorted((one, other) => other.displayOrder - one.displayOrder || (one.id < other.id ? -1 : 1)),
    find: (id) => read.all.get(id),
    whyNot: (id) => (read.all.has(id) ? read.refused.get(id) : `there is no workflow definition ${id}`),
    plan: (definition, variables) => planOf(operationsOf(definition, variables), catalogue),
    handler(id) {
      const found = read.all.get(id);
      return found && planOf(operationsOf(found, new Map()), catalogue);
    },
    problems: () => read.problems,
    close: () => closed.abort(),
  };
}

const NONE: FilesRead = { definitions: [], problems: [] };

/** Problem of a folder whose files cannot be read within limits. */
const tooLong = (file: string): DefinitionProblem => ({
  file,
  line: undefined,
  what: 'its definitions take too long to read, or too much memory: those that were read before stay',
});

/** All definitions together, and what is wrong with them. */
async function joined({ catalogue, has, log }: DefinitionNeeds, files: readonly FilesRead[]): Promise<Read> {
  const byId = new Map(files.flatMap(({ definitions }) => definitions.map((one) => [one.definition.id, one])));
  const definitions = [...byId.values()];
  const problems = files.flatMap((one) => one.problems);
  const all = new Map(definitions.map(({ definition }) => [definition.id, definition]));
  const refused = new Map<string, string>();
  const told = [...problems];
  for (const { file, definition } of definitions) {
    await turn();
    const { operations, mistakes } = withIncludes(definition, (id) => all.get(id));
    const missing = operations.filter(({ id }) => !has(catalogue.find(id)?.id ?? id));
    const own = [
      ...mistakes,
      ...missing.map(({ id, line }) => ({ line, what: `this server has no operation ${JSON.stringify(id)}` })),
    ];
    for (const { line, what } of own) told.push({ file, line, what });
    if (own[0]) refused.set(definition.id, `${definition.id} cannot be started: ${own[0].what}`);
  }
  for (const problem of told) log.warn(problem, 'a definition of a workflow has a mistake');
  return { all, refused, problems: told };
}
