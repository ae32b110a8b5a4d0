/** The files of a box, by whichever way. */
export interface BoxFiles {
  /** Undefined: there is none of that name. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names of the files in a folder; none where there is no such folder. */
  list(path: string): Promise<string[]>;
  /** Rejects with the box's words when it refuses. */
  write(path: string, content: Buffer): Promise<void>;
  /** What is not there is no error. */
  remove(path: string): Promise<void>;
  close(): void;
}
