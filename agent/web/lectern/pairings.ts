import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import type { Log } from '#lib/runtime/log.ts';

const pairing = z.strictObject({
  id: z.string(),
  name: z.string(),
  createdAtMs: z.number(),
  /** SHA-256 of what the tablet brings: the file lets nobody in. */
  tokenHash: z.string(),
});

/** A tablet that is paired with this box. */
export type Pairing = z.infer<typeof pairing>;

/** The tablets of a box. They stay paired until somebody takes the pairing back. */
export interface Pairings {
  list(): readonly Pairing[];
  /** The new pairing, and the secret that only the tablet keeps. Resolves when it is on disk. */
  add(name: string): Promise<{ pairing: Pairing; token: string }>;
  find(token: string): Pairing | undefined;
  /** False: there is none of that id. What still went to that tablet ends. */
  remove(id: string): Promise<boolean>;
  /** `end` is called when the pairing is taken back; the result lets go. */
  hold(id: string, end: () => void): () => void;
}

export interface PairingsOptions {
  /** Where they are kept; in memory alone without. */
  file: string | undefined;
  nowMs: () => number;
  log: Log;
}

const MOST = 100;

/** The tablets that were paired before. A file that cannot be read is told, and there are none then. */
export async function openPairings({ file, nowMs, log }: PairingsOptions): Promise<Pairings> {
  let all = file === undefined ? [] : await readPairings(file, log);
  const held = new Map<string, Set<() => void>>();
  let saving = Promise.resolve();
  const save = (): Promise<void> => {
    const text = `${JSON.stringify(all, undefined, 2)}\n`;
    if (file !== undefined) saving = saving.then(() => writeFileAtomically(file, text, 0o600));
    const mine = saving;
    saving = saving.catch((error: unknown) => log.error({ error: String(error) }, 'pairings are not saved'));
    return mine;
  };
  const end = (id: string): void => {
    for (const one of held.get(id) ?? []) one();
    held.delete(id);
  };
  return {
    list: () => all,
    async add(name) {
      const token = randomBytes(32).toString('base64url');
      const made = { id: randomUUID(), name, createdAtMs: nowMs(), tokenHash: hashOf(token) };
      for (const { id } of all.slice(0, Math.max(0, all.length - MOST + 1))) end(id);
      all = [...all.slice(-(MOST - 1)), made];
      await save();
      return { pairing: made, token };
    },
    find(token) {
      const hash = hashOf(token);
      return all.find(({ tokenHash }) => tokenHash === hash);
    },
    async remove(id) {
      if (!all.some((one) => one.id === id)) return false;
      all = all.filter((one) => one.id !== id);
      end(id);
      await save();
      return true;
    },
    hold(id, end) {
      const ends = held.get(id) ?? new Set();
      held.set(id, ends);
      const mine = (): void => end();
      ends.add(mine);
      return () => void ends.delete(mine);
    },
  };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

async function readPairings(file: string, log: Log): Promise<Pairing[]> {
  try {
    return z.array(pairing).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    log.error({ file, error: String(error) }, 'the paired tablets cannot be read: pair them again');
    return [];
  }
}
