import { FfmpegFailed } from '@amphi/lib/ffmpeg/run-ffmpeg.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { isFull, NoRoom } from '../../../store/media-store.ts';
import { OperationFailed } from '../../run/operation.ts';

/** Characters of a program's words that are told. */
const MOST_REASON = 600;

/** The result of looking at a track, whose failure (a program's words) is one of the operation. */
export async function asFailed<T>({ file_name: name }: Pick<ElementRow, 'file_name'>, looking: Promise<T>): Promise<T> {
  try {
    return await looking;
  } catch (error) {
    if (isFull(error) || (error instanceof FfmpegFailed && error.isDiskFull))
      throw new NoRoom('the disk of the server is full');
    const isOwn = error instanceof OperationFailed || error instanceof NoRoom || error instanceof TypeError;
    if (isOwn || !(error instanceof Error)) throw error;
    throw new OperationFailed(`${name}: ${error.message.trim().slice(-MOST_REASON).toWellFormed()}`);
  }
}
