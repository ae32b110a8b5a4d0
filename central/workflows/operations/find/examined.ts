import { probe } from '../../../catalogue/probe.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../../run/operation.ts';

/**
 * A track with its streams and length: as it is known, else as ffprobe finds them. Rejects with `OperationFailed` for a file that
 * cannot be read.
 */
export async function examined(
  { ffprobe }: { ffprobe: string },
  { pathOf }: Pick<OperationContext, 'pathOf'>,
  element: ElementRow,
): Promise<ElementRow> {
  if (element.streams !== null) return element;
  const found = await probe(ffprobe, pathOf(element));
  if ('problem' in found) throw new OperationFailed(`${element.file_name} cannot be read: ${found.problem}`);
  return { ...element, streams: found.streams, duration_ms: element.duration_ms ?? found.durationMs };
}
