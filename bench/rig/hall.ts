import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';

/** A simulated hall in a process of its own, so that its processor time is not counted for the box. */
export interface HallProcess {
  urls: Record<'slides' | 'camera', string>;
  /** Sends a line such as `camera kill` or `all back`; resolves when it is in effect. */
  command(line: string): Promise<void>;
  close(): Promise<void>;
}

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
const START_MS = 90_000;

/** Starts `bin/amphi sim hall` on free ports; `format` is that of both sources, such as `1280x720@15`. */
export async function startHall(format = '1280x720@15'): Promise<HallProcess> {
  const child = startChild({
    command: AMPHI,
    argv: ['sim', 'hall', '--listen', '127.0.0.1:0', '--slides', format, '--camera', format],
    takes: [1],
    env: { AMPHI_LOG: 'error' },
  });
  const close = async (): Promise<void> => void (await child.stop(10_000));
  const found = new Map<string, string>();
  const ready = new Promise<void>((resolve) =>
    createInterface({ input: child.take(1) }).on('line', (line) => {
      const [name = '', value = ''] = line.split(' ');
      found.set(name, value);
      if (name === 'ready') resolve();
    }),
  );
  await Promise.race([ready, child.died, sleep(START_MS)]);
  const [slides, camera, control] = ['slides', 'camera', 'control'].map((name) => found.get(name));
  if (!slides || !camera || !control) {
    await close();
    throw new Error(`the hall does not start:\n${child.stderrTail()}`);
  }
  return {
    urls: { slides, camera },
    async command(line) {
      const body = JSON.stringify({ command: line });
      const response = await fetch(`${control}/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (!response.ok) throw new Error(`${line}: ${await response.text()}`);
    },
    close,
  };
}
