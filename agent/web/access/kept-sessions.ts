import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { SessionRecord } from './sessions.ts';

const record = z.strictObject({
  /** SHA-256 of the cookie; with the file alone nobody can log in. */
  key: z.string(),
  name: z.string(),
  role: z.enum(['user', 'admin']),
  endsAtMs: z.number(),
});
const fileSchema = z.strictObject({
  /** Stamp of the passwords with which these sessions began. */
  stamp: z.string(),
  sessions: z.array(record).max(10_000),
});

/** Keeps sessions over a restart of the box, unless a password changed meanwhile. */
export interface KeptSessions {
  /** The sessions of before the restart. */
  before: readonly SessionRecord[];
  save(sessions: readonly SessionRecord[]): void;
  /** Resolves when the last sessions are on disk. */
  close(): Promise<void>;
}

/** What keeping sessions needs. */
export interface KeptOptions {
  /** File of the sessions; without it they are not kept. */
  file: string | undefined;
  /** Gives a text that changes with the passwords. */
  stamp: () => string;
  log: Log;
}

/** Opens the kept sessions. If they cannot be read there are none, and people log in again. */
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
