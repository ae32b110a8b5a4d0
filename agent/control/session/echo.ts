const [TAB, LF, CR, ESC_FROM, DELETE] = [9, 10, 13, 32, 127];

/** The echo of typed bytes on a terminal: ESC as `^[`, a line end as CR LF (facts/smp351 1.4). */
export function echoOf(typed: Buffer): Buffer {
  const shown: number[] = [];
  for (const byte of typed) {
    if (byte === CR || byte === LF) shown.push(CR, LF);
    else if (byte === DELETE || (byte < ESC_FROM && byte !== TAB)) shown.push(0x5e, byte ^ 64);
    else shown.push(byte);
  }
  return Buffer.from(shown);
}

/** Text as a terminal line sends it: CR LF becomes CR CR LF (facts/smp351 1.4). */
export const throughTerminal = (text: string): string => text.replaceAll('\n', '\r\n');
