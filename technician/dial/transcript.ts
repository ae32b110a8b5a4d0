import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes what is said, as test/transcripts/README.md has it. */
export interface Transcript {
  sent: (text: string) => void;
  heard: (bytes: Buffer) => void;
  /** From now on this text is written as `********`. */
  hide: (secret: string) => void;
  close: () => void;
}

/** A transcript that nobody keeps. */
export const silentTranscript: Transcript = { sent() {}, heard() {}, hide() {}, close() {} };

const MOST_HELD_BYTES = 65_536;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** UTF-8, or Latin-1 where it is none, so that each byte is kept. */
export function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Makes the file, for its owner alone; throws where it cannot. Lines are held until they end, so that no secret is cut. */
export function openTranscript(path: string, about: string): Transcript {
  const file = openSync(path, 'w', 0o600);
  const secrets = new Set<string>();
  let held = Buffer.alloc(0);
  const write = (mark: string, text: string): void => {
    let shown = text;
    for (const secret of secrets) shown = shown.replaceAll(secret, '********');
    writeSync(file, `${mark} ${JSON.stringify(shown)}\n`);
  };
  const flush = (upTo: number): void => {
    if (upTo > 0) write('<', textOf(held.subarray(0, upTo)));
    held = held.subarray(upTo);
  };
  writeSync(file, `# ${about.replaceAll(/[^\x20-\x7e]/g, '?')}\n`);
  return {
    sent(text) {
      flush(held.length);
      write('>', text);
    },
    heard(bytes) {
      held = Buffer.concat([held, bytes]);
      for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) flush(end + 1);
      if (held.length > MOST_HELD_BYTES) flush(held.length);
    },
    hide: (secret) => void (secret && secrets.add(secret)),
    close() {
      flush(held.length);
      closeSync(file);
    },
  };
}
