import type { Box } from './box-and-hall.ts';
import type { Central } from './central.ts';
import type { Terminal } from './terminal.ts';

/** The processes of the demo and the tools with which it checks a recording. */
export interface DemoContext {
  box: Box;
  central: Central;
  folder: string;
  terminal: Terminal;
  signal: AbortSignal;
}
