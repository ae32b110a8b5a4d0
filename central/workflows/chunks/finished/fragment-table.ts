import { boxHeaderAt } from '@amphi/lib/media/mp4-scan.ts';
import { trackFragments } from '@amphi/lib/media/groups/fragment-samples.ts';
import type { Sample } from '@amphi/lib/media/groups/sample-table.ts';
import type { Fragment } from '../rendition-store.ts';

/** The samples of a fragment, and where their bytes begin in its file; they lie one after the other. */
export interface FragmentTable {
  samples: readonly Sample[];
  dataAt: number;
  dataBytes: number;
}

/**
 * Reads the table of a fragment that we wrote, from its first bytes. Undefined if it is not what the index says, as
 * after a fault of the disk.
 */
export async function fragmentTable(head: Buffer, fragment: Fragment): Promise<FragmentTable | undefined> {
  const header = boxHeaderAt(head);
  if (header?.type !== 'moof' || header.size > head.length) return undefined;
  const moof = head.subarray(header.headerBytes, header.size);
  const [track] = (await trackFragments(moof, fragment.offset, () => undefined)) ?? [];
  if (!track || track.samples.length !== fragment.pictures) return undefined;
  const dataAt = track.samples[0]!.offset;
  const dataBytes = track.samples.reduce((sum, { size }) => sum + size, 0);
  return dataAt + dataBytes <= fragment.offset + fragment.size
    ? { samples: track.samples, dataAt, dataBytes }
    : undefined;
}
