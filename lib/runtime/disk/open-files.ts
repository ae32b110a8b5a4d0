import { open, type FileHandle } from 'node:fs/promises';

/** Files that are read in turns, each opened when it is needed. */
export interface Files {
  open(path: string): Promise<FileHandle>;
  close(): Promise<void>;
}

/** Files that are open at the same time: a film of two hours has 120 for each quality. The oldest is closed. */
const MOST_OPEN = 64;

/** Opens nothing yet; `at` gives the absolute path of what is asked for. One reader at a time may use them. */
export function openFiles(at: (path: string) => string): Files {
  const handles = new Map<string, FileHandle>();
  return {
    async open(path) {
      const known = handles.get(path);
      if (known) return known;
      const [oldest] = handles;
      if (handles.size >= MOST_OPEN && oldest) {
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
