import type { Box } from './box-and-hall.ts';
import type { Central } from './central.ts';
import type { Terminal } from './terminal.ts';

/** What is judged, and with which tools. */
export interface DemoContext {
  box: Box;
  central: Central;
  folder: string;
  terminal: Terminal;
  signal: AbortSignal;
}
