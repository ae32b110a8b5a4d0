/** What a key of the configuration is, in words. Type, range and default are the schema's. */
export interface KeyWords {
  /** Of one key or of several: `*` is one word of a key, `**` any number of them. The first row that fits counts. */
  key: string;
  what: string;
  unit?: string;
  /** What a text looks like, where the schema's limits do not tell. */
  form?: string;
  /** What holds where nothing is said, in words. */
  standard?: string;
  /** Rows of the control protocol that set it. */
  sis?: readonly string[];
}

export type Extras = Omit<KeyWords, 'key' | 'what'>;
export const row = (key: string, what: string, extras: Extras = {}): KeyWords => ({ key, what, ...extras });
export const by = (...sis: string[]): Extras => ({ sis });

export const PATH = 'absolute path';
export const NAME_32 = '1 to 32 letters, digits, `-`, `_`';
