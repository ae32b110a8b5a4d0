import type { WriteStream } from 'node:tty';

/** The output of the demo: permanent lines, and on a terminal a changing line below them. */
export interface Terminal {
  /** Whether the output is a terminal. */
  live: boolean;
  say(text: string): void;
  /** Prints an event of the recording with its time. */
  tell(atMs: number, text: string): void;
  /** Replaces the changing line; removes it if `text` is missing. */
  show(text?: string): void;
}

/** Opens the output. */
export function openTerminal(out: WriteStream): Terminal {
  const live = out.isTTY && process.env['TERM'] !== 'dumb';
  let shown = '';
  const draw = (): void => {
    if (live && shown) out.write(shown.slice(0, (out.columns || 80) - 1));
  };
  const wipe = (): void => {
    if (live && shown) out.write('\r\x1b[2K');
  };
  const say = (text: string): void => {
    wipe();
    out.write(`${text}\n`);
    draw();
  };
  return {
    live,
    say,
    tell: (atMs, text) => say(`${minutes(atMs)}  ${text}`),
    show(text = '') {
      wipe();
      shown = text;
      draw();
    },
  };
}

/** A time as `1:05`. */
export function minutes(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

const LOUDEST_DB = 0;
const SILENT_DB = -60;
const CELLS = 10;

/** A level in dBFS as a bar. */
export const meter = (db: number): string =>
  meterOf((Math.min(LOUDEST_DB, Math.max(SILENT_DB, db)) - SILENT_DB) / (LOUDEST_DB - SILENT_DB));

/** A part of 1 as a bar. */
export function meterOf(part: number): string {
  const full = Math.round(part * CELLS);
  return '▮'.repeat(full) + '▯'.repeat(CELLS - full);
}
