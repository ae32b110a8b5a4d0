import { closeSync, openSync, writeSync } from 'node:fs';

/** Writes a conversation in the format of test/transcripts/README.md. */
export interface Transcript {
  sent: (text: string) => void;
  heard: (bytes: Buffer) => void;
  /** Hides a text: from now on it is written as `********`. */
  hide: (secret: string) => void;
  close: () => void;
}

/** Transcript that is not written anywhere. */
export const silentTranscript: Transcript = { sent() {}, heard() {}, hide() {}, close() {} };

/** Bytes of a line that has no end yet; beyond this they are written as they are. */
const MOST_HELD_BYTES = 65_536;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text of bytes as UTF-8, or as Latin-1 if it is not UTF-8, so that no byte is lost. */
export function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * Creates the file of a transcript, readable by its owner only; throws if it cannot. A line is written when it is
 * complete, so that no secret in it is missed.
 */
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
