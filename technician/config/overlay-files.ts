import type { BoxFiles } from '#technician/dial/box-files.ts';

/** File of the overlays folder that differs from the one on the box. */
export interface OverlayChange {
  name: string;
  before: Buffer | undefined;
  after: Buffer;
  words: string;
}

const FOLDER = '/overlays';
const at = (name: string): string => `${FOLDER}/${name}`;

/** Logos and backgrounds of a box, by name. */
export async function readOverlays(files: BoxFiles): Promise<Map<string, Buffer>> {
  const found = new Map<string, Buffer>();
  for (const name of await files.list(FOLDER)) {
    const content = await files.read(at(name));
    if (content) found.set(name, content);
  }
  return found;
}

/** Files that a box does not have, or has with other contents. */
export async function changedOverlays(files: BoxFiles, wanted: ReadonlyMap<string, Buffer>): Promise<OverlayChange[]> {
  const changes: OverlayChange[] = [];
  for (const [name, after] of wanted) {
    const before = await files.read(at(name));
    if (before?.equals(after)) continue;
    const words = `file ${name}: ${before ? `${before.length} bytes become ${after.length}` : `is new, ${after.length} bytes`}`;
    changes.push({ name, before, after, words });
  }
  return changes;
}

/** Stores new or old contents of these files on a box, and reads them back. */
export async function putOverlays(
  files: BoxFiles,
  changes: readonly OverlayChange[],
  which: 'before' | 'after',
): Promise<void> {
  for (const { name, ...change } of changes) {
    const content = change[which];
    if (!content) await files.remove(at(name));
    else {
      await files.write(at(name), content);
      const back = await files.read(at(name));
      if (!back?.equals(content)) throw new Error(`${name} is not what was sent when it is read back`);
    }
  }
}
