import { runBatch, type BatchOptions, type BatchResult } from './batch.ts';

export interface FileResult {
  file: string;
  batch: BatchResult;
}

/**
 * Runs files together, which is quick; if they crash, hang or leave something open together, runs each alone, which says
 * whose fault it is. A file that did not end within its limit is not tried again.
 */
export async function runTogether(files: readonly string[], options: BatchOptions): Promise<FileResult[]> {
  const together = await runBatch(files, options);
  if (!together.problem || files.length === 1) {
    return files.map((file) => ({ file, batch: partOf(together, file, files.length) }));
  }
  const alone: FileResult[] = [];
  for (const file of files) {
    const batch = file === together.hung ? partOf(together, file, 1) : await runBatch([file], options);
    alone.push({ file, batch });
  }
  if (alone.every(({ batch }) => isGood(batch))) {
    const [first] = alone;
    if (first) first.batch.problem = `good alone, but run with ${files.length - 1} others: ${together.problem}`;
  }
  return alone;
}

const isGood = ({ problem, results }: BatchResult): boolean =>
  !problem && results.every(({ outcome }) => outcome !== 'failed');

function partOf(batch: BatchResult, file: string, files: number): BatchResult {
  const results = batch.results.filter((result) => files === 1 || result.file === file);
  const notes = batch.notes.filter((note) => files === 1 || note.file === file);
  const durationMs = files === 1 ? batch.durationMs : results.reduce((sum, result) => sum + result.durationMs, 0);
  return { ...batch, results, notes, durationMs };
}
