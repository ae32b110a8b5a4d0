import { readCaptions, type Captions } from '@amphi/lib/analysis/captions/read-captions.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../../run/operation.ts';
import { clock } from '../clock.ts';
import { readBytes } from '../../read-text.ts';

/** Milliseconds by which captions may go on after the end of the recording. */
const LATE_MS = 10_000;

/**
 * Captions of an element. Rejects with `OperationFailed` for a file that is none, with the line of its mistake, and for captions that
 * go on after the end of the recording: they are of another one.
 */
export async function captionsOf(
  context: OperationContext,
  element: ElementRow,
  recordingMs: number,
): Promise<Captions> {
  const { file_name: name } = element;
  const read = await readCaptions(await readBytes(context, element));
  if ('mistake' in read)
    throw new OperationFailed(`${name}${read.line === undefined ? '' : `, line ${read.line}`}: ${read.mistake}`);
  for (const note of read.notes) context.log(`${name}: ${note}`, 'warning');
  const lastMs = read.cues.reduce((most, { fromMs }) => Math.max(most, fromMs), 0);
  if (lastMs > recordingMs + LATE_MS)
    throw new OperationFailed(
      `${name} goes on until ${clock(lastMs)}, and the recording ends at ${clock(recordingMs)}: these captions are of another recording`,
    );
  return read;
}

/** Tags that captions keep: those with a name (`lang:fr`), and the language that is in their flavor (`captions/vtt+fr`). */
export function captionTags({ flavor, tags }: Pick<ElementRow, 'flavor' | 'tags'>, language?: string): string[] {
  const named = tags.filter((tag) => tag.includes(':'));
  const [, inFlavor] = /\+([a-z]{2,3}(?:-[a-z\d]{2,8})?)$/i.exec(sidesOf(flavor)[1]) ?? [];
  const known = inFlavor ?? language;
  return known === undefined || named.some((tag) => tag.startsWith('lang:')) ? named : [...named, `lang:${known}`];
}

/** Tags of captions that were made: their own ones, whatever the tags of the result are. */
export const withOwnTags = (own: readonly string[], of: readonly string[]): string[] => [...new Set([...own, ...of])];
