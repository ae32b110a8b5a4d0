import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';
import type { Heard } from '#lib/sis/explain.ts';

/** Where lines are shown above the one that is being typed, which stays as it is. */
export interface Screen {
  show(text: string): void;
  /** A line of the box, and what it means. */
  tell(line: string, heard: Heard | undefined, isUnasked: boolean): void;
}

export interface ScreenOptions {
  output: NodeJS.WriteStream;
  /** Undefined until there is a line to type on, and after it. */
  lines: () => Interface | undefined;
}

const [DIM, PLAIN] = ['\u001b[2m', '\u001b[22m'];

/** Opens the screen on which lines are edited. */
export function openScreen({ output, lines }: ScreenOptions): Screen {
  const dim = (text: string): string => (output.isTTY && !process.env['NO_COLOR'] ? `${DIM}${text}${PLAIN}` : text);
  const show = (shown: string): void => {
    const text = shown.replaceAll('\r\n', '\n');
    const typing = output.isTTY ? lines() : undefined;
    if (!typing) return void output.write(`${text}\n`);
    // What is typed may take several rows.
    moveCursor(output, 0, -typing.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    output.write(`${text}\n`);
    typing.prompt(true);
  };
  return {
    show,
    tell(line, heard, isUnasked) {
      const shown = printable(`${isUnasked ? '* ' : ''}${line}`);
      if (!heard) return show(shown);
      // A list says itself what is in it.
      const isList = shown.includes('\n');
      const words = printable(isList ? heard.words.replace(/:[\s\S]*$/, '') : heard.words);
      const last = shown.slice(shown.lastIndexOf('\n') + 1);
      const fits = last.length + 4 + words.length <= (output.columns ?? Infinity);
      show(`${shown}${fits ? '    ' : '\n      '}${dim(words)}`);
    },
  };
}

/** A box, or whoever named a recording, moves no cursor here. */
const printable = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');
