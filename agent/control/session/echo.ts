const [TAB, LF, CR, ESC_FROM, DELETE] = [9, 10, 13, 32, 127];

/** What a terminal line echoes of typed bytes: ESC as `^[`, and a line end as CR LF (facts 1.4). */
export function echoOf(typed: Buffer): Buffer {
  const shown: number[] = [];
  for (const byte of typed) {
    if (byte === CR || byte === LF) shown.push(CR, LF);
    else if (byte === DELETE || (byte < ESC_FROM && byte !== TAB)) shown.push(0x5e, byte ^ 64);
    else shown.push(byte);
  }
  return Buffer.from(shown);
}

/** What a terminal line makes of text on its way out: CR LF becomes CR CR LF (facts 1.4). */
export const throughTerminal = (text: string): string => text.replaceAll('\n', '\r\n');
