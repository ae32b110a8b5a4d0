import { open, type FileHandle } from 'node:fs/promises';

/** Files that are read in turns, each opened when it is needed. */
export interface Files {
  open(path: string): Promise<FileHandle>;
  close(): Promise<void>;
}

/**
 * Opens nothing yet; `at` gives the absolute path of what is asked for. At most `most` are open at the same time: then the
 * oldest is closed. One reader at a time may use them.
 */
export function openFiles(at: (path: string) => string, most: number): Files {
  const handles = new Map<string, FileHandle>();
  return {
    async open(path) {
      const known = handles.get(path);
      if (known) return known;
      const [oldest] = handles;
      if (handles.size >= most && oldest) {
        handles.delete(oldest[0]);
        await oldest[1].close();
      }
      const handle = await open(at(path), 'r');
      handles.set(path, handle);
      return handle;
    },
    async close() {
      for (const handle of handles.values()) await handle.close();
      handles.clear();
    },
  };
}
