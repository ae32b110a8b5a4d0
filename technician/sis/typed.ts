import { openFramer } from '#lib/sis/framing.ts';
import { parseFrame, type Parsed } from '#lib/sis/parse.ts';
import type { Protocol } from '#lib/sis/protocol.ts';
import { fromWords } from '#lib/sis/words.ts';

/** One command, as it was typed and as it is sent. */
export interface Typed {
  /** Text for people: `WYRCDR`, `I`. */
  text: string;
  wire: string;
  /** Command of the table; undefined for one that the table does not know, though the box may. */
  parsed: Parsed | undefined;
}

const ESC = '\u001b';
const shown = (wire: string): string => wire.replace(ESC, 'W').replace(/\r$/, '');

function framesOf(protocol: Protocol, text: string) {
  return openFramer(protocol).push(Buffer.from(`${text}\r`));
}

function commandsIn(protocol: Protocol, part: string): Typed[] {
  const wire = fromWords(protocol, part)?.wire ?? part;
  const frames = framesOf(protocol, wire.replace(/\r$/, ''));
  if (frames.some(({ kind }) => kind === 'noise')) return [{ text: part, wire: `${part}\r`, parsed: undefined }];
  return frames.flatMap((frame) => {
    if (frame.kind === 'noise') return [];
    const parsed = parseFrame(protocol, frame);
    const sent = frame.escape ? `${ESC}${frame.text}\r` : frame.text;
    return [{ text: shown(sent), wire: sent, parsed: parsed.ok ? parsed : undefined }];
  });
}

/**
 * Commands in a line, in plain words or SIS, separated by `|`; `^[` is ESC. An unknown command is sent as it is, since
 * the box may know it.
 */
export const typedCommands = (protocol: Protocol, line: string): Typed[] =>
  line
    .replaceAll('^[', ESC)
    .split(/[|\r\n]/)
    .filter((part) => part.trim() !== '')
    .flatMap((part) => commandsIn(protocol, part.includes(ESC) ? part : part.trimStart()));

/** Passwords and other secrets in a command, as they are sent. */
export function secretsIn({ parsed }: Typed): string[] {
  if (!parsed) return [];
  return Object.entries(parsed.values).flatMap(([name, value]) =>
    parsed.command.codecs[name]?.secret && typeof value === 'string' ? [value] : [],
  );
}
