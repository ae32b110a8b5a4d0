import { z } from 'zod';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';

const keptSchema = z.object({
  take: z.string(),
  /** Name of the part's file. */
  part: z.string(),
  /** Server that has it. */
  server: z.string(),
  /** Id of the upload there. */
  id: z.string(),
  /** The end of the file, once the server has all of it and was told so. */
  end: z
    .object({
      bytes: z.number(),
      words: z.object({
        tags: z.record(z.string(), z.string()),
        chapters: z.array(z.object({ startMs: z.number(), endMs: z.number(), title: z.string() })),
      }),
    })
    .optional(),
});

/** An upload that the server has some of, so that it can be gone on with after a restart. */
export type KeptUpload = z.infer<typeof keptSchema>;

/** The uploads of a box, in a file. */
export interface GrowingStore {
  list(): readonly KeptUpload[];
  find(take: string, part: string): KeptUpload | undefined;
  /** Keeps an upload in place of an earlier one of the same part. */
  put(upload: KeptUpload): void;
  remove(upload: KeptUpload): void;
  /** Resolves when all is written. */
  close(): Promise<void>;
}

/** Opens the uploads in a file. */
export async function openGrowingStore(path: string, log: Log): Promise<GrowingStore> {
  const check = (kept: unknown): KeptUpload[] => z.array(keptSchema).parse(kept);
  const file = openJsonFile<KeptUpload[]>({
    path,
    check,
    otherwise: [],
    what: 'uploads of recordings',
    mode: 0o600,
    log,
  });
  let uploads = await file.read();
  const others = ({ take, part }: KeptUpload): KeptUpload[] =>
    uploads.filter((one) => one.take !== take || one.part !== part);
  const keep = (next: KeptUpload[]): void => {
    uploads = next;
    file.keep(next);
  };
  return {
    list: () => uploads,
    find: (take, part) => uploads.find((one) => one.take === take && one.part === part),
    put: (upload) => keep([...others(upload), upload]),
    remove: (upload) => keep(others(upload)),
    close: () => file.close(),
  };
}
