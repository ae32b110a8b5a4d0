import { z } from 'zod';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { SessionRecord } from './sessions.ts';

const record = z.strictObject({
  /** SHA-256 of the cookie: a person who has the file alone cannot log in. */
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
  if (file === undefined) return { before: [], save: () => undefined, close: () => Promise.resolve() };
  const json = openJsonFile<z.output<typeof fileSchema>>({
    path: file,
    check: (kept) => fileSchema.parse(kept),
    otherwise: { stamp: '', sessions: [] },
    what: 'the sessions of before',
    mode: 0o600,
    log,
  });
  const kept = await json.read();
  return {
    before: kept.stamp === stamp() ? kept.sessions : [],
    save: (sessions) => json.keep({ stamp: stamp(), sessions: [...sessions] }),
    close: () => json.close(),
  };
}
