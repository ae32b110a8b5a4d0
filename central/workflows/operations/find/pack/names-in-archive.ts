import { safeFileName } from '../../../../store/media-store.ts';

/** Names that Windows keeps for devices, with any ending. */
const OF_DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

/**
 * Names of files in one folder of an archive, in their order: safe on every system, none twice, also where letters are the same
 * in upper and lower case. `taken` are names that none of them may have.
 */
export function namesInArchive(fileNames: readonly string[], taken: readonly string[] = []): string[] {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  const counts = new Map<string, number>();
  return fileNames.map((fileName) => {
    const safe = safeFileName(fileName).replace(/[. ]+$/, '_');
    const name = OF_DEVICES.test(safe) ? `_${safe}` : safe;
    const key = name.toLowerCase();
    let free = name;
    // The next number of this name is kept: a thousand files of one name are as quick as a thousand of others.
    for (let count = counts.get(key) ?? 2; used.has(free.toLowerCase()); count += 1) {
      free = numbered(name, count);
      counts.set(key, count + 1);
    }
    used.add(free.toLowerCase());
    return free;
  });
}

function numbered(name: string, count: number): string {
  const dot = name.lastIndexOf('.');
  return dot > 0 ? `${name.slice(0, dot)}-${count}${name.slice(dot)}` : `${name}-${count}`;
}
