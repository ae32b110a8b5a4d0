import { sql } from 'kysely';
import { z } from 'zod';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { ConnectionOptions, Database } from '../../store/connect.ts';
import { listen } from '../../store/listen.ts';

/** Channel of the database on which it is told that an upload has grown. */
const CHANNEL = 'amphi_growing';

const noticeSchema = z.object({
  upload: z.string(),
  event: z.string().nullable(),
  path: z.string(),
  bytes: z.number(),
  state: z.enum(['grows', 'ended', 'gone']),
});

/**
 * Notice of a recording that grows. `path`: its file below the media folder, a fragmented MP4; `bytes`: those that are
 * on the disk. `grows`: more will come. `ended`: the agent has told the end. `gone`: the file was removed.
 */
export type GrowingNotice = z.infer<typeof noticeSchema>;

/** Tells everybody who shares the database. */
export const tellGrowing = async (database: Database, notice: GrowingNotice): Promise<void> =>
  void (await sql`select pg_notify(${CHANNEL}, ${JSON.stringify(notice)})`.execute(database));

/**
 * Calls `onGrown` for each notice, of all servers that share the database, and `onOpen` when notices may have been
 * lost. The result ends it.
 */
export function hearGrowing(
  connection: ConnectionOptions,
  { onGrown, onOpen }: { onGrown: (notice: GrowingNotice) => void; onOpen: () => void },
  log: Log,
): { close(): Promise<void> } {
  const onNotice = (payload: string): void => {
    const read = noticeSchema.safeParse(parsed(payload));
    if (read.success) onGrown(read.data);
  };
  return listen(connection, CHANNEL, { onOpen, onNotice }, log);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
