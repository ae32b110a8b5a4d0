/**
 * Simulates agents that send their states and ask for their calendars, again and again. Prints what it measured as
 * JSON.
 */
import { Agent, request } from 'node:http';
import { sleep } from '#lib/runtime/clock.ts';

export interface Job {
  url: string;
  authorization: string;
  agents: number;
  everyMs: number;
  seconds: number;
  /** Whether they ask with the ETag of the last answer, so that an unchanged calendar is not sent again. */
  withMark: boolean;
}

export interface Seen {
  requests: number;
  wrong: number;
  bytes: number;
  p50Ms: number;
  p99Ms: number;
}

const job = JSON.parse(process.argv[2] ?? '{}') as Job;
const sockets = new Agent({ keepAlive: true, maxSockets: 200 });
const latenciesMs: number[] = [];
let wrong = 0;
let bytes = 0;

function ask(
  method: string,
  path: string,
  body: string | undefined,
  mark: string | undefined,
): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const startedMs = performance.now();
  const sent = request(job.url + path, {
    method,
    agent: sockets,
    headers: {
      authorization: job.authorization,
      ...(body ? { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length } : {}),
      ...(mark && job.withMark ? { 'if-none-match': mark } : {}),
    },
  });
  sent.on('response', (response) => {
    response.on('data', (chunk: Buffer) => (bytes += chunk.length));
    response.on('end', () => {
      latenciesMs.push(performance.now() - startedMs);
      const { statusCode = 0, headers } = response;
      if (statusCode !== 200 && statusCode !== 304) wrong += 1;
      resolve(headers.etag);
    });
  });
  sent.on('error', () => {
    wrong += 1;
    resolve(undefined);
  });
  sent.end(body);
  return promise;
}

async function live(n: number, endsAtMs: number): Promise<void> {
  const name = `agent-${n}`;
  let mark: string | undefined;
  await sleep((job.everyMs * n) / job.agents);
  while (performance.now() < endsAtMs) {
    const dueMs = performance.now() + job.everyMs;
    await ask('POST', `/capture-admin/agents/${name}`, 'state=idle&address=http%3A%2F%2F10.0.0.7', undefined);
    mark = await ask('GET', `/recordings/calendars?agentid=${name}`, undefined, mark);
    await sleep(Math.max(0, dueMs - performance.now()));
  }
}

const endsAtMs = performance.now() + job.seconds * 1000;
await Promise.all(Array.from({ length: job.agents }, (_, n) => live(n, endsAtMs)));
sockets.destroy();
latenciesMs.sort((a, b) => a - b);
const at = (share: number): number =>
  latenciesMs[Math.min(latenciesMs.length - 1, Math.floor(latenciesMs.length * share))] ?? 0;
console.log(
  JSON.stringify({ requests: latenciesMs.length, wrong, bytes, p50Ms: at(0.5), p99Ms: at(0.99) } satisfies Seen),
);
