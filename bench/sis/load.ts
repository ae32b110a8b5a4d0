import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { sleep } from '#lib/runtime/clock.ts';
import { MIXED } from './commands.ts';

/** Settings of a load. */
export interface LoadOptions {
  port: number;
  /** Password of the box; undefined if the other side is the yardstick, which sends back what it receives. */
  password: string | undefined;
  sessions: number;
  /** Number of commands that a session sends at once. */
  burst: number;
  /** Milliseconds from one burst to the next; 0: as soon as all of it is answered. */
  everyMs: number;
  seconds: number;
}

export interface LoadResult {
  replies: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  worstMs: number;
}

/**
 * Opens sessions that send bursts of mixed commands and wait for their replies. Rejects if a reply is wrong or out of
 * order.
 */
export async function load(options: LoadOptions): Promise<LoadResult> {
  const sessions = await Promise.all(Array.from({ length: options.sessions }, () => logIn(options)));
  const tookMs: number[] = [];
  const beganMs = performance.now();
  const endsMs = beganMs + options.seconds * 1000;
  await Promise.all(
    sessions.map(async (socket, at) => {
      const next = randomBelow(at + 1);
      const isBox = options.password !== undefined;
      await sleep((options.everyMs * at) / options.sessions);
      for (
        let dueMs = performance.now();
        dueMs < endsMs;
        dueMs = Math.max(dueMs + options.everyMs, performance.now())
      ) {
        await sleep(Math.max(0, dueMs - performance.now()));
        await askBurst(socket, next, options.burst, isBox, tookMs);
      }
    }),
  );
  const lastedMs = performance.now() - beganMs;
  for (const socket of sessions) socket.destroy();
  const sorted = Float64Array.from(tookMs).sort();
  const at = (part: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
  return {
    replies: sorted.length,
    perSecond: (sorted.length * 1000) / lastedMs,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    worstMs: at(1),
  };
}

/** Makes random numbers; the same seed gives the same numbers. */
function randomBelow(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function logIn({ port, password }: LoadOptions): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  socket.setNoDelay(true);
  await once(socket, 'connect');
  if (password === undefined) return socket;
  await says(socket, 'Password:');
  socket.write(`${password}\r`);
  await says(socket, 'Login Administrator\r\n');
  socket.write('\u001b2CV\r');
  await says(socket, 'Vrb2\r\n');
  return socket;
}

function says(socket: Socket, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let got = '';
    const look = (bytes: Buffer): void => {
      got += bytes.toString('latin1');
      if (!got.includes(text)) return;
      socket.off('data', look);
      resolve();
    };
    socket.on('data', look);
    socket.once('close', () => reject(new Error(`closed before ${JSON.stringify(text)}: ${JSON.stringify(got)}`)));
  });
}

/** Sends a burst; notes for each of its replies how long after the burst it arrived. */
function askBurst(
  socket: Socket,
  next: (below: number) => number,
  burst: number,
  isBox: boolean,
  tookMs: number[],
): Promise<void> {
  const asked = Array.from({ length: burst }, () => MIXED[next(MIXED.length)] ?? MIXED[0]!);
  const sentMs = performance.now();
  let open = '';
  let answered = 0;
  return new Promise((resolve, reject) => {
    const take = (bytes: Buffer): void => {
      const nowMs = performance.now();
      const lines = (open + bytes.toString('latin1')).split('\r');
      open = lines.pop() ?? '';
      for (const line of lines) {
        const [command, reply] = asked[answered++] ?? ['nothing', ''];
        const said = line.replace(/^\n/, '');
        if (isBox && !said.startsWith(reply))
          return reject(new Error(`${JSON.stringify(command)}: ${JSON.stringify(said)}, not ${reply}…`));
        tookMs.push(nowMs - sentMs);
      }
      if (answered < burst) return;
      socket.off('data', take);
      resolve();
    };
    socket.on('data', take);
    socket.write(asked.map(([command]) => `${command}\r`).join(''), 'latin1');
  });
}
