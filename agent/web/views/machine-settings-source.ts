import type { Mistake } from '#lib/http-api/refusal.ts';

/** Settings of the machine that may be entered on the page: time zone, calendars, destinations. They count from the next start. */
export interface MachineSettings {
  /** JSON schema of the document, with its words. */
  schema(): object;
  now(): Promise<{
    /** What will count after the next start. */
    document: object;
    /** Keys that the file says which the box is started with: they cannot be changed here. */
    fixed: readonly string[];
    /** Whether something was entered that counts only after a restart. */
    waits: boolean;
  }>;
  /** Keeps a part of the document; the mistakes, if there are some, and nothing is kept then. */
  keep(given: unknown): Promise<readonly Mistake[]>;
}
