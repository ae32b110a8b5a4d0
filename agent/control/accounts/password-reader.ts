/** Reads passwords from the bytes of a Telnet client. */
export interface PasswordReader {
  /** The next password, if its end is among the bytes, and the bytes after it. */
  take(bytes: Buffer): { password?: string; rest: Buffer };
}

const [NUL, BACKSPACE, LF, CR, DELETE] = [0, 8, 10, 13, 127];
/** Bytes of a password that are kept; the rest is dropped, so a longer password is a wrong one. */
const LONGEST = 1024;

/** Makes a reader. CR, LF, CR LF, LF CR and CR NUL end a password, which may be empty (facts/smp351 1.3). */
export function openPasswordReader(): PasswordReader {
  let held: number[] = [];
  let lastEnd = 0;
  return {
    take(bytes) {
      for (const [at, byte] of bytes.entries()) {
        const isPaired = (lastEnd === CR && (byte === LF || byte === NUL)) || (lastEnd === LF && byte === CR);
        lastEnd = isPaired ? 0 : byte === CR || byte === LF ? byte : 0;
        if (isPaired) continue;
        if (lastEnd !== 0) {
          const password = Buffer.from(held).toString('utf8');
          held = [];
          return { password, rest: bytes.subarray(at + 1) };
        }
        if (byte === BACKSPACE || byte === DELETE) held.pop();
        else if (held.length <= LONGEST) held.push(byte);
      }
      return { rest: Buffer.alloc(0) };
    },
  };
}
