import { readFile, stat } from 'node:fs/promises';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { checkDefinition } from '#lib/opencast/workflows/check-definition.ts';
import { configurationOf, type Definition } from '#lib/opencast/workflows/definition.ts';
import { withIncludes } from '#lib/opencast/workflows/includes.ts';
import { quoted, type Mistake } from '#lib/opencast/workflows/mistakes.ts';
import { readDefinition } from '#lib/opencast/workflows/read-definition.ts';
import { noFileWords } from '#lib/runtime/troubles/no-file.ts';
import { counted } from '#technician/output/columns.ts';

/** Size in bytes from which on a file is not read: no definition is so large. */
const LARGEST = 4 * 1024 * 1024;

/** Characters that would change the terminal; a file may have them in its texts. */
const CONTROL = /\p{Cc}/gu;

/** Report about files of definitions. */
export interface FilesChecked {
  /** Lines `FILE:LINE: what`, and one line for each file without mistakes. */
  lines: readonly string[];
  /** Whether all files are definitions without mistakes. */
  good: boolean;
  /** Whether a file could not be read at all. */
  unread: boolean;
}

interface Checked {
  file: string;
  definition?: Definition;
  mistakes: readonly Mistake[];
  unread: boolean;
}

/** Checks files of definitions, also what they include of one another. */
export async function checkFiles(files: readonly string[]): Promise<FilesChecked> {
  const all: Checked[] = [];
  for (const file of files) all.push(await checkedFile(file));
  const byId = new Map(all.flatMap(({ definition }) => (definition ? [[definition.id, definition] as const] : [])));
  const lines = [...all.flatMap((one) => linesOf(one, byId)), ...twice(all)];
  return {
    lines: lines.map(({ text }) => text.replaceAll(CONTROL, '\uFFFD')),
    good: lines.every(({ good }) => good),
    unread: all.some(({ unread }) => unread),
  };
}

async function checkedFile(file: string): Promise<Checked> {
  const text = await textOf(file);
  if ('why' in text) return { file, mistakes: [{ line: 0, what: text.why }], unread: true };
  const read = readDefinition(text.text);
  if ('mistakes' in read) return { file, mistakes: read.mistakes, unread: false };
  const { unknown, mistakes } = checkDefinition(read.definition, openCatalogue());
  return { file, definition: read.definition, mistakes: [...unknown, ...mistakes], unread: false };
}

async function textOf(file: string): Promise<{ text: string } | { why: string }> {
  try {
    const { size } = await stat(file);
    if (size > LARGEST) return { why: `the file has ${size} bytes, too many for a definition` };
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file)) };
  } catch (error) {
    if (error instanceof TypeError) return { why: 'the file is no text in UTF-8' };
    return { why: noFileWords(error) };
  }
}

/** A line of the report, and whether it tells something good. */
interface Line {
  text: string;
  good: boolean;
}

function linesOf({ file, definition, mistakes }: Checked, byId: ReadonlyMap<string, Definition>): Line[] {
  const loops = definition ? loopsOf(definition, byId) : [];
  const found = [...mistakes, ...loops].toSorted((one, other) => one.line - other.line);
  const told = found.map(({ line, what }) => ({ text: `${file}${line > 0 ? `:${line}` : ''}: ${what}`, good: false }));
  if (!definition) return told;
  const steps = counted(definition.operations.length, 'operation');
  const summary = `${file}: ${definition.id}, ${steps}, ${found.length === 0 ? 'no mistakes' : counted(found.length, 'mistake')}`;
  return [...told, ...elsewhere(file, definition, byId), { text: summary, good: true }];
}

/** Mistakes of includes, but for those of definitions that are not among the files. */
const loopsOf = (definition: Definition, byId: ReadonlyMap<string, Definition>): Mistake[] =>
  withIncludes(definition, (id) => byId.get(id) ?? { ...definition, id, operations: [] }).mistakes.slice();

/** Notes about definitions that are named and are not among the files, once each. */
function elsewhere(file: string, { operations }: Definition, byId: ReadonlyMap<string, Definition>): Line[] {
  const named = new Map<string, number>();
  for (const operation of operations) {
    const included = operation.id === 'include' ? configurationOf(operation, 'workflow-id') : undefined;
    for (const id of [included, operation.exceptionHandler])
      if (id !== undefined && !id.includes('${') && !byId.has(id) && !named.has(id)) named.set(id, operation.line);
  }
  return [...named].map(([id, line]) => ({
    text: `${file}:${line}: ${quoted(id)} is not among the files, so it was not checked`,
    good: true,
  }));
}

function twice(all: readonly Checked[]): Line[] {
  const files = new Map<string, string>();
  return all.flatMap(({ file, definition }) => {
    if (!definition) return [];
    const first = files.get(definition.id);
    if (first === undefined) files.set(definition.id, file);
    return first === undefined
      ? []
      : [{ text: `${file}: the id ${definition.id} is that of ${first}, too`, good: false }];
  });
}
