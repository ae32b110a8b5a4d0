const WORDS: ReadonlyMap<string, string> = new Map([
  ['ENOENT', 'there is no such file'],
  ['EACCES', 'this user may not read it'],
  ['EPERM', 'this user may not read it'],
  ['EISDIR', 'it is a folder'],
  ['ENOTDIR', 'a part of its path is no folder'],
  ['ELOOP', 'its links go round in a circle'],
  ['ENAMETOOLONG', 'its name is too long'],
  ['EMFILE', 'too many files are open'],
  ['EIO', 'the disk cannot read it'],
]);

/**
 * The reason why a file cannot be read, in words for people: by the code of the system's error, else the system's own
 * words.
 */
export function noFileWords(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return WORDS.get((error as NodeJS.ErrnoException).code ?? '') ?? error.message;
}
