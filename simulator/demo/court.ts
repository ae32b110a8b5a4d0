import type { Box } from './cast.ts';
import type { Central } from './central.ts';
import type { Terminal } from './terminal.ts';

/** What is judged, and with which tools. */
export interface Court {
  box: Box;
  central: Central;
  folder: string;
  terminal: Terminal;
  signal: AbortSignal;
}
