import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#lib/runtime/files.ts';

const hashSchema = z.strictObject({
  salt: z.base64(),
  hash: z.base64(),
  n: z.union([z.literal(2 ** 14), z.literal(2 ** 15), z.literal(2 ** 16)]),
});
const fileSchema = z.strictObject({ admin: hashSchema.nullable(), user: hashSchema.nullable() });

/** Of each account its hash, or null while it has no password. */
export type Hashes = z.infer<typeof fileSchema>;

/** Undefined when there is no such file. Rejects when there is one that cannot be used. */
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

/** Only its owner may read it; it survives a power cut. */
export const writeHashes = (path: string, hashes: Hashes): Promise<void> =>
  writeFileAtomically(path, `${JSON.stringify(hashes, null, 2)}\n`, 0o600);
