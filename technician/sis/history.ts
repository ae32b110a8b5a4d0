import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** Lines that were typed at the prompt, the newest first, kept for the next session. */
export interface History {
  read(): string[];
  /** Writes the lines. Never throws: if they cannot be written there is no history. */
  write(lines: readonly string[]): void;
}

/** Lines that are kept; beyond this the oldest are forgotten. */
const MOST = 500;

/**
 * Opens the history in `$XDG_STATE_HOME/amphi/sis-history`, else below `~/.local/state`; only its owner can read it.
 */
export function openHistory(): History {
  const path = join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'amphi', 'sis-history');
  return {
    read() {
      try {
        return readFileSync(path, 'utf8').split('\n').filter(Boolean).slice(0, MOST);
      } catch {
        return [];
      }
    },
    write(lines) {
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(path, `${lines.slice(0, MOST).join('\n')}\n`, { mode: 0o600 });
      } catch {
        // Errors, such as a full disk or a folder of another user, are ignored: the session is more important.
      }
    },
  };
}
