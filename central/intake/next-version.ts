import { filesOf } from '../catalogue/files.ts';
import { newestVersion, nextVersion } from '../catalogue/versions.ts';
import { writeChange } from '../catalogue/write-change.ts';
import type { Who } from '../identity/who.ts';
import type { Database } from '../store/connect.ts';
import type { ElementRow, EventRow } from '../store/tables.ts';

/** Change of the files of an event. */
export interface FileChange {
  /** Event whose row is locked: two changes at once wait for each other. */
  event: EventRow;
  who: Who;
  /** Id of the media package, which is also the folder of the added files. */
  folder: string;
  added: readonly ElementRow[];
  /** Whether a file of the newest version is left out of the new one. */
  leavesOut: (file: ElementRow) => boolean;
}

/**
 * Writes a version with the files of the newest one, without those that are left out, and with those that are added. No
 * file is overwritten or removed: older versions keep them. Gives the number of the version, and its files.
 */
export async function writeNextVersion(
  within: Database,
  { event, who, folder, added, leavesOut }: FileChange,
): Promise<{ version: number; files: ElementRow[] }> {
  const newest = await newestVersion(within, event.id);
  const before = newest ? await filesOf(within, event.id, newest.version) : [];
  const version = await nextVersion(within, event.id);
  const agent = newest?.agent ?? who.agent;
  const files = await writeChange(within, { event, version, package: folder, account: who.name, agent }, [
    ...before.filter((one) => !leavesOut(one)),
    ...added,
  ]);
  return { version, files };
}
