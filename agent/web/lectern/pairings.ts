import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { z } from 'zod';
import { openJsonFile } from '#lib/runtime/json-file.ts';
import type { Log } from '#lib/runtime/log.ts';

const pairing = z.strictObject({
  id: z.string(),
  name: z.string(),
  createdAtMs: z.number(),
  /** SHA-256 of the tablet's secret: a person who has the file alone cannot log in. */
  tokenHash: z.string(),
});

/** A tablet that is paired with this box. */
export type Pairing = z.infer<typeof pairing>;

const fileSchema = z.strictObject({
  /** Stamp of the passwords with which these tablets were paired. */
  stamp: z.string(),
  pairings: z.array(pairing),
});
type Kept = z.infer<typeof fileSchema>;

/** The tablets of a box. They stay paired until a person removes them or changes a password, also while the box is off. */
export interface Pairings {
  list(): readonly Pairing[];
  /** Adds a tablet, with a number behind a name that another one has; gives the pairing and the secret for the tablet alone. Resolves when it is on disk. */
  add(name: string): Promise<{ pairing: Pairing; token: string }>;
  find(token: string): Pairing | undefined;
  /** Removes a tablet and ends its open answers; false if there is none of that id. */
  remove(id: string): Promise<boolean>;
  /** Removes all tablets, as after a change of a password. */
  removeAll(): Promise<void>;
  /** Calls `end` when the pairing is removed; the result ends that. */
  hold(id: string, end: () => void): () => void;
}

/** What the pairings need. */
export interface PairingsOptions {
  /** File of the pairings; without it they are in memory alone. */
  file: string | undefined;
  /** Gives a text that changes with the passwords. */
  stamp: () => string;
  nowMs: () => number;
  log: Log;
}

/** Tablets that are paired with a box; with a further one the oldest pairing ends. */
const MOST = 100;

/** Opens the pairings. If the file cannot be read, this is logged, and there are none. */
export async function openPairings({ file, stamp, nowMs, log }: PairingsOptions): Promise<Pairings> {
  const json =
    file === undefined
      ? undefined
      : openJsonFile<Kept>({
          path: file,
          check: (kept) => readKept(kept, stamp()),
          otherwise: { stamp: stamp(), pairings: [] },
          what: 'the paired tablets',
          mode: 0o600,
          log,
        });
  const kept = await json?.read();
  let all = kept?.stamp === stamp() ? kept.pairings : [];
  const held = new Map<string, Set<() => void>>();
  const save = async (): Promise<void> => json?.write({ stamp: stamp(), pairings: all });
  const end = (id: string): void => {
    for (const one of held.get(id) ?? []) one();
    held.delete(id);
  };
  return {
    list: () => all,
    async add(name) {
      const token = randomBytes(32).toString('base64url');
      const made = { id: randomUUID(), name: ownName(name, all), createdAtMs: nowMs(), tokenHash: hashOf(token) };
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
    async removeAll() {
      const gone = all;
      all = [];
      for (const { id } of gone) end(id);
      if (gone.length > 0) await save();
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

/**
 * Reads the file. An older version wrote the pairings without a stamp; they count as made with the present passwords.
 */
const readKept = (kept: unknown, stamp: string): Kept =>
  fileSchema.parse(Array.isArray(kept) ? { stamp, pairings: kept } : kept);

/** The name, or `name 2` where it is taken. */
function ownName(name: string, all: readonly Pairing[]): string {
  const taken = new Set(all.map((one) => one.name));
  let own = name;
  for (let n = 2; taken.has(own); n++) own = `${name} ${n}`;
  return own;
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');
