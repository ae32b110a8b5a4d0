import type { PictureName, WebSources } from './sources.ts';

/** Pictures on demand; requests for the same picture at the same time share it. */
export interface Snapshots {
  /** Gives a JPEG. Rejects if there is none, or too many different ones are asked for at the same time. */
  take(of: PictureName, widthPx: number): Promise<Buffer>;
}

/** Different pictures that are made at the same time; a further one is refused. */
const MOST_AT_ONCE = 6;

/** Makes the snapshots from a source of pictures. */
export function openSnapshots(snapshot: WebSources['snapshot']): Snapshots {
  const making = new Map<string, Promise<Buffer>>();
  return {
    async take(of, widthPx) {
      const key = `${of} ${widthPx}`;
      const same = making.get(key);
      if (same) return same;
      if (making.size >= MOST_AT_ONCE) throw new Error('too many snapshots at once');
      const picture = snapshot(of, widthPx).finally(() => making.delete(key));
      making.set(key, picture);
      return picture;
    },
  };
}
