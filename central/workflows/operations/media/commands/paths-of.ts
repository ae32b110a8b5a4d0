import type { ElementRow } from '../../../../store/tables.ts';
import type { OperationContext } from '../../../run/operation.ts';

/** Absolute paths of the files of some elements: what is given tells that of each of them. Rejects as `pathOf` does. */
export async function pathsOf(
  { pathOf }: Pick<OperationContext, 'pathOf'>,
  elements: readonly Pick<ElementRow, 'path'>[],
): Promise<(element: Pick<ElementRow, 'path'>) => string> {
  const paths = new Map<string, string>();
  for (const element of elements) paths.set(element.path, await pathOf(element));
  return ({ path }) => paths.get(path)!;
}
