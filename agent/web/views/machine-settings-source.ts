import type { Mistake } from '#lib/http-api/refusal.ts';

/** Settings of the machine that may be entered on the page: time zone, calendars, destinations. They count from the next start. */
export interface MachineSettings {
  /** JSON schema of the document, with its words. */
  schema(): object;
  now(): Promise<{
    /** The settings that will count after the next start. */
    document: object;
    /** Keys that stand in the file with which the box is started: they cannot be changed here. */
    fixed: readonly string[];
    /** Whether something was entered that counts only after a restart. */
    waits: boolean;
  }>;
  /** Keeps a part of the document. Gives its mistakes; if there are some, nothing is kept. */
  keep(given: unknown): Promise<readonly Mistake[]>;
}
