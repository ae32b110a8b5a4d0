/** The kinds of failures of the file tree. */
export type FileProblem =
  | 'missing'
  | 'denied'
  | 'exists'
  | 'not empty'
  | 'not a folder'
  | 'is a folder'
  | 'bad name'
  | 'busy'
  | 'full'
  | 'failed';

/** An error of the file tree; the message is for people and contains no path of the box. */
export class FileError extends Error {
  readonly problem: FileProblem;
  constructor(problem: FileProblem, message: string = words[problem]) {
    super(message);
    this.problem = problem;
  }
}

const words: Record<FileProblem, string> = {
  missing: 'no such file or folder',
  denied: 'not allowed',
  exists: 'it exists already',
  'not empty': 'the folder is not empty',
  'not a folder': 'it is no folder',
  'is a folder': 'it is a folder',
  'bad name': 'no name that can be used',
  busy: 'somebody is writing it',
  full: 'there is not enough space left',
  failed: 'it did not work',
};

const codes: Record<string, FileProblem> = {
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ELOOP: 'denied',
  ENXIO: 'denied',
  EEXIST: 'exists',
  ENOTEMPTY: 'not empty',
  ENOTDIR: 'not a folder',
  EISDIR: 'is a folder',
  ENAMETOOLONG: 'bad name',
  EINVAL: 'bad name',
  EBUSY: 'busy',
  ENOSPC: 'full',
  EDQUOT: 'full',
};

/** Converts any error to a FileError. */
export const fileError = (error: unknown): FileError =>
  error instanceof FileError ? error : new FileError(codes[(error as NodeJS.ErrnoException).code ?? ''] ?? 'failed');

/** Runs `act` and converts its errors to FileErrors. */
export async function telling<T>(act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    throw fileError(error);
  }
}
