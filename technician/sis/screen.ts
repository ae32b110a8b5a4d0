import { clearScreenDown, cursorTo, moveCursor, type Interface } from 'node:readline';
import type { Heard } from '#lib/sis/explain.ts';

/** Shows lines above the line that is being typed, which stays as it is. */
export interface Screen {
  show(text: string): void;
  /** Shows a line of the box, and what it means. */
  tell(line: string, heard: Heard | undefined, isUnasked: boolean): void;
}

/** Output, and the line that is being typed. */
export interface ScreenOptions {
  output: NodeJS.WriteStream;
  /** Line that is being typed; undefined before there is one and after the last. */
  lines: () => Interface | undefined;
}

const [DIM, PLAIN] = ['\u001b[2m', '\u001b[22m'];

/** Opens a screen. */
export function openScreen({ output, lines }: ScreenOptions): Screen {
  const dim = (text: string): string => (output.isTTY && !process.env['NO_COLOR'] ? `${DIM}${text}${PLAIN}` : text);
  const show = (shown: string): void => {
    const text = shown.replaceAll('\r\n', '\n');
    const typing = output.isTTY ? lines() : undefined;
    if (!typing) return void output.write(`${text}\n`);
    // The line that is being typed may take several rows.
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
      // The explanation of a list is cut at the colon: the list itself shows what is in it.
      const isList = shown.includes('\n');
      const words = printable(isList ? heard.words.replace(/:[\s\S]*$/, '') : heard.words);
      const last = shown.slice(shown.lastIndexOf('\n') + 1);
      const fits = last.length + 4 + words.length <= (output.columns ?? Infinity);
      show(`${shown}${fits ? '    ' : '\n      '}${dim(words)}`);
    },
  };
}

/** Text without control characters, so that a box or the name of a recording cannot move the cursor. */
const printable = (text: string): string => text.replaceAll(/[^\P{Cc}\n\t]/gu, '\ufffd');
