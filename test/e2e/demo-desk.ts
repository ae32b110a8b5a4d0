import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../bin/demo', import.meta.url));

export interface DemoRun {
  code: number | null;
  said: string;
}

/** A folder in which the demo is run. */
export interface DemoDesk {
  /** Runs the demo; as soon as it has said `until`, it is told to end. */
  demo: (argv: readonly string[], until?: string) => Promise<DemoRun>;
  /** Processes whose command line names this folder. */
  leftovers: () => string[];
  remove: () => void;
}

export function openDemoDesk(): DemoDesk {
  const folder = mkdtempSync(join(tmpdir(), 'amphi-demo-test-'));
  return {
    async demo(argv, until) {
      const child = spawn(DEMO, [...argv, '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
      let said = '';
      let isTold = false;
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk) => {
          said += String(chunk);
          // Once: who is told twice ends without waiting for anything.
          if (isTold || !until || !said.includes(until)) return;
          isTold = true;
          child.kill('SIGINT');
        });
      }
      const [code] = (await once(child, 'close')) as [number | null];
      return { code, said };
    },
    leftovers: () =>
      readdirSync('/proc')
        .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
        .map((pid) => commandOf(pid))
        .filter((line) => line.includes(folder)),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }),
  };
}

/** A process may end while it is looked at. */
function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
