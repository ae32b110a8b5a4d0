import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#lib/runtime/files.ts';

const hashSchema = z.strictObject({
  salt: z.base64(),
  hash: z.base64(),
  n: z.union([z.literal(2 ** 14), z.literal(2 ** 15), z.literal(2 ** 16)]),
});
const fileSchema = z.strictObject({ admin: hashSchema.nullable(), user: hashSchema.nullable() });

/** The hash of each account's password, or null if it has none. */
export type Hashes = z.infer<typeof fileSchema>;

/** Reads the hashes; undefined if there is no file. Rejects if the file cannot be used. */
export async function readHashes(path: string): Promise<Hashes | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  return fileSchema.parse(JSON.parse(text));
}

/** Writes the hashes so that they survive a power cut; only the owner may read them. */
export const writeHashes = (path: string, hashes: Hashes): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(hashes, null, 2)}\n`, 0o600);
