/** A mistake of a definition, with what would be right. */
export interface Mistake {
  /** Line of the file, from 1. */
  line: number;
  what: string;
}

/** Number of mistakes of one file that are kept; further ones are only counted. */
const MOST = 50;

/** Collects the mistakes of a file. */
export interface Mistakes {
  add(line: number, what: string): void;
  /** All mistakes in the order of their lines; the last one says how many more there are. */
  list(): Mistake[];
}

/** Opens an empty list of mistakes. */
export function openMistakes(): Mistakes {
  const found: Mistake[] = [];
  let more = 0;
  return {
    add(line, what) {
      if (found.length < MOST) found.push({ line, what });
      else more += 1;
    },
    list() {
      const sorted = found.toSorted((one, other) => one.line - other.line);
      const last = sorted.at(-1);
      return more > 0 && last ? [...sorted, { line: last.line, what: `and ${more} more mistakes` }] : sorted;
    },
  };
}

/** Number of characters of a foreign text that a message repeats. */
const QUOTED = 60;

/** A foreign text in quotation marks, shortened. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > QUOTED ? `${text.slice(0, QUOTED)}…` : text);

/** Thrown for a text that is no YAML or XML, or beyond a limit; nothing of it can be read. */
export class UnreadableDefinition extends Error {
  readonly line: number;
  constructor(line: number, what: string) {
    super(what);
    this.line = line;
  }
}
