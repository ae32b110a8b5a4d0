/** Access to the files of a box, by SFTP or FTP. */
export interface BoxFiles {
  /** Reads a file; undefined: there is none of this name. */
  read(path: string): Promise<Buffer | undefined>;
  /** Names of the files in a folder; empty if there is no such folder. */
  list(path: string): Promise<string[]>;
  /** Writes a file. Rejects with the message of the box when it refuses. */
  write(path: string, content: Buffer): Promise<void>;
  /** Removes a file; a missing file is no error. */
  remove(path: string): Promise<void>;
  close(): void;
}
