/** One component of a calendar as text, and where it stands. */
export interface Component {
  name: string;
  /** Of its BEGIN, from 1. */
  line: number;
  /** Unfolded lines, from BEGIN to END. */
  text: string;
}

/** What is wrong with the form of the file, and where. */
export interface FormMistake {
  line: number;
  message: string;
}

/**
 * The components right below VCALENDAR, each by itself, so that one that is broken harms no other. Folded lines are put
 * together, empty ones left out.
 */
export function componentsOf(text: string): { components: Component[]; mistakes: FormMistake[] } {
  const components: Component[] = [];
  const open: { name: string; line: number }[] = [];
  let own: string[] = [];
  for (const { line, text: words } of unfolded(text)) {
    const begin = /^BEGIN:(\S+)$/i.exec(words)?.[1]?.toUpperCase();
    if (begin) open.push({ name: begin, line });
    if (open.length >= 2) own.push(words);
    const end = /^END:(\S+)$/i.exec(words)?.[1]?.toUpperCase();
    if (!end) continue;
    const ended = open.at(-1);
    if (ended?.name !== end) return { components, mistakes: [{ line, message: endMessage(end, ended) }] };
    open.pop();
    if (open.length !== 1) continue;
    components.push({ name: end, line: ended.line, text: own.join('\r\n') });
    own = [];
  }
  const [left] = open.toReversed();
  return {
    components,
    mistakes: left
      ? [{ line: left.line, message: `${left.name} begins here and never ends: the file is cut off` }]
      : [],
  };
}

const endMessage = (end: string, open: { name: string; line: number } | undefined): string =>
  open ? `END:${end}, but ${open.name} of line ${open.line} is still open` : `END:${end} of nothing`;

/** Logical lines: one that begins with a blank goes on the one before. */
function* unfolded(text: string): Generator<{ line: number; text: string }> {
  let current: { line: number; text: string } | undefined;
  for (const [n, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    if (/^[ \t]/.test(raw) && current) current.text += raw.slice(1);
    else if (raw.trim() !== '') {
      if (current) yield current;
      current = { line: n + 1, text: raw };
    }
  }
  if (current) yield current;
}
