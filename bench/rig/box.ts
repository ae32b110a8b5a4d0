import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';

/** A box as a process of its own, as it runs in a hall. */
export interface Box {
  pid: number;
  /** URL of the archive stream. */
  streamUrl: string;
  /** URL of the API, for requests that are not JSON. */
  apiUrl: string;
  /** Sends a request to the API (path below `/api/v1`). Throws with the box's words if it refuses. */
  ask<Answer = unknown>(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Waits until the inputs are live and the encoder runs. */
  untilLive(inputs: readonly number[], withinMs?: number): Promise<void>;
  telnetPort: number;
  /** Gives the password of `admin`. */
  password(): Promise<string>;
  close(): Promise<void>;
}

const AMPHI = fileURLToPath(new URL('../../bin/amphi', import.meta.url));
const START_MS = 90_000;

/**
 * Starts `bin/amphi agent` with this `device` in its configuration, a data folder of its own and free ports. Rejects
 * with the end of its log if it does not start.
 */
export async function startBox(device: object): Promise<Box> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-box-'));
  const file = join(folder, 'box.yaml');
  await writeFile(file, JSON.stringify({ ...CONFIG, data: join(folder, 'data'), device }));
  const child = startChild({
    command: AMPHI,
    argv: ['agent', '--config', file],
    takes: [1],
    env: { AMPHI_LOG: process.env['AMPHI_LOG'] ?? 'warn' },
  });
  const close = async (): Promise<void> => {
    await child.stop(10_000);
    await rm(folder, { recursive: true, force: true });
  };
  let said = '';
  const spoken = new Promise<void>((resolve) =>
    child.take(1).on('data', (chunk: Buffer) => {
      said += String(chunk);
      if (said.includes('token')) resolve();
    }),
  );
  await Promise.race([spoken, child.died, sleep(START_MS)]);
  const api = /^api +(\S+)\/$/m.exec(said)?.[1];
  const streamUrl = /^stream +(\S+)$/m.exec(said)?.[1];
  if (!api || !streamUrl || child.pid === undefined) {
    await close();
    throw new Error(`the box does not start:\n${child.stderrTail()}`);
  }
  const ask = asking(api);
  return {
    pid: child.pid,
    apiUrl: api,
    streamUrl,
    ask,
    close,
    untilLive: (inputs, withinMs) => untilLive(ask, inputs, withinMs),
    telnetPort: Number(/telnet [^:]+:(\d+)/.exec(said)?.[1]),
    password: async () => (await readFile(join(folder, 'data', 'first-password'), 'utf8')).trim(),
  };
}

const CONFIG = {
  hall: 'Bench',
  listen: '127.0.0.1',
  timeZone: 'Europe/Paris',
  http: { port: 0, open: true },
  rtsp: { port: 0 },
  https: { enabled: false },
  telnet: { port: 0 },
  ssh: { port: 0 },
  sftp: { port: 0 },
  ftp: { port: 0 },
};

const asking =
  (api: string): Box['ask'] =>
  async <Answer>(method: string, path: string, body?: unknown) => {
    const response = await fetch(`${api}${path}`, {
      method,
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return JSON.parse(text) as Answer;
  };

interface State {
  seen: { inputs: Record<string, { status: string }>; streams: { archive: { kbps: number } } };
}

async function untilLive(ask: Box['ask'], inputs: readonly number[], withinMs = START_MS): Promise<void> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const { seen } = await ask<State>('GET', '/state');
    const lost = inputs.filter((number) => seen.inputs[number]?.status !== 'live');
    if (lost.length === 0 && seen.streams.archive.kbps > 0) return;
    if (performance.now() > endMs) throw new Error(`not live after ${withinMs / 1000} s: input ${lost.join(', ')}`);
    await sleep(200);
  }
}
