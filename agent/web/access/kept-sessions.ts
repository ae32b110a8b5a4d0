import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { SessionRecord } from './sessions.ts';

const record = z.strictObject({
  /** SHA-256 of the cookie: the file lets nobody in. */
  key: z.string(),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  endsAtMs: z.number(),
});
const fileSchema = z.strictObject({
  /** Of the passwords that these sessions were signed in with. */
  stamp: z.string(),
  sessions: z.array(record).max(10_000),
});

/** Sessions outlive a restart of the box, unless a password changed meanwhile. */
export interface KeptSessions {
  /** Those of before. */
  before: readonly SessionRecord[];
  save(sessions: readonly SessionRecord[]): void;
  /** Resolves when the last are on disk. */
  close(): Promise<void>;
}

export interface KeptOptions {
  /** Where they are kept; nowhere without. */
  file: string | undefined;
  /** Changes with the passwords. */
  stamp: () => string;
  log: Log;
}

/** Reads them. What cannot be read is as if it were empty: people sign in again. */
export async function openKeptSessions({ file, stamp, log }: KeptOptions): Promise<KeptSessions> {
  let saving = Promise.resolve();
  return {
    before: file === undefined ? [] : await readSessions(file, stamp(), log),
    save(sessions) {
      if (file === undefined) return;
      const text = `${JSON.stringify({ stamp: stamp(), sessions })}\n`;
      saving = saving
        .then(() => writeFileAtomically(file, text, 0o600))
        .catch((error: unknown) => log.error({ error: String(error) }, 'sessions are not saved'));
    },
    close: () => saving,
  };
}

async function readSessions(file: string, stamp: string, log: Log): Promise<SessionRecord[]> {
  try {
    const kept = fileSchema.parse(JSON.parse(await readFile(file, 'utf8')));
    return kept.stamp === stamp ? kept.sessions : [];
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      log.warn({ file, error: String(error) }, 'the sessions cannot be read: people sign in again');
    return [];
  }
}
