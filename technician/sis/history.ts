import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** What was typed at the prompt, the newest first, kept for the next time. */
export interface History {
  read(): string[];
  /** Rejects nothing: a history that cannot be kept is none. */
  write(lines: readonly string[]): void;
}

const MOST = 500;

/** `$XDG_STATE_HOME/amphi/sis-history`, or in `~/.local/state`; for its owner alone. */
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
        // A folder that is not ours, a full disk: the session matters more.
      }
    },
  };
}
