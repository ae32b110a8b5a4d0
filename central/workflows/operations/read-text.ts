import { open } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import type { ElementRow } from '../../store/tables.ts';
import { OperationFailed, type OperationContext } from '../run/operation.ts';

/** Bytes of an element that is read as a whole; a longer one is refused. A catalog has some thousands, captions of a day a megabyte. */
export const MOST_BYTES = 8 << 20;

/** Bytes of the file of an element. Rejects with `OperationFailed` for a file that is longer than it may be, or gone. */
export async function readBytes(
  { pathOf }: Pick<OperationContext, 'pathOf'>,
  element: Pick<ElementRow, 'path' | 'file_name'>,
  mostBytes = MOST_BYTES,
): Promise<Buffer> {
  const file = await open(await pathOf(element)).catch((error: unknown) => {
    throw new OperationFailed(
      `${element.file_name} cannot be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown'}`,
    );
  });
  try {
    const { size } = await file.stat();
    if (size > mostBytes)
      throw new OperationFailed(
        `${element.file_name} has ${megabytes(size)}; a file of this kind may have ${megabytes(mostBytes)}`,
      );
    return await file.readFile();
  } finally {
    await file.close();
  }
}

/** Text of an element, whatever it is encoded in. Rejects as `readBytes` does. */
export const readText = async (...from: Parameters<typeof readBytes>): Promise<string> =>
  textOfBytes(await readBytes(...from));

const megabytes = (bytes: number): string => `${(bytes / (1 << 20)).toFixed(1)} MB`;
