import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';
import { openWire, WireError, type Wire, type WireBody } from '#agent/schedule/server/wire.ts';
import { openWires, type Wires } from '#agent/schedule/server/wires.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { folderFor } from '../samples.ts';

/** A server in a thread of its own, so that its work is not that of the thread which is judged. */
const SERVER = `
const { parentPort } = require('node:worker_threads');
const chunk = Buffer.alloc(65536, 'x');
const server = require('node:http').createServer((request, response) => {
  if (request.url === '/endless') {
    const pour = () => { while (response.write(chunk)); response.once('drain', pour); };
    response.on('error', () => undefined);
    return pour();
  }
  if (request.url === '/silent') return parentPort.postMessage('asked');
  let bytes = 0;
  request.on('data', (chunk) => (bytes += chunk.length));
  request.on('end', () => {
    response.setHeader('etag', '"e"').setHeader('www-authenticate', ['Basic realm="a"', 'Digest realm="b"']);
    response.end(request.method + ' ' + bytes + ' ' + (request.headers['x-own'] ?? ''));
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

async function served(
  t: TestContext,
): Promise<{ url: string; wires: Wires; wire: Wire; isAsked: () => Promise<unknown> }> {
  const server = new Worker(SERVER, { eval: true });
  const [port] = (await once(server, 'message')) as [number];
  const wires = openWires(silentLog);
  t.after(async () => {
    await wires.close();
    await server.terminate();
  });
  return { url: `http://127.0.0.1:${port}`, wires, wire: wires.open({}), isAsked: () => once(server, 'message') };
}

/** Processor time of this thread for something, ms. */
async function costMs(work: () => Promise<unknown>): Promise<number> {
  const before = process.threadCpuUsage();
  await work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

test('a request, its body and its answer are the same through the thread', async (t) => {
  const { url, wire } = await served(t);
  const sizes: number[] = [];
  let pacedBytes = 0;
  let isEnded = false;
  const body: WireBody = {
    type: 'a/b',
    bytes: 130_000,
    async *chunks() {
      try {
        yield Buffer.alloc(65_000);
        yield Buffer.alloc(65_000);
      } finally {
        isEnded = true;
      }
    },
    onSent: (bytes) => void sizes.push(bytes),
    pace: async (bytes) => void (pacedBytes += bytes),
  };
  const answer = await wire.send({ method: 'POST', url, body, headers: { 'x-own': 'hall' } });
  assert.deepEqual([answer.status, answer.headers.etag], [200, '"e"']);
  assert.deepEqual(answer.challenges, ['Basic realm="a"', 'Digest realm="b"']);
  assert.equal(await answer.text(), 'POST 130000 hall');
  assert.deepEqual([sizes, pacedBytes, isEnded], [[65_000, 65_000], 130_000, true]);
});

test('what goes wrong is told as it is without the thread', async (t) => {
  const { url, wire, wires, isAsked } = await served(t);
  const broken: WireBody = {
    type: 'a/b',
    bytes: 10,
    async *chunks() {
      yield Buffer.from('12345');
      throw new Error('the file is gone');
    },
  };
  await assert.rejects(
    wire.send({ method: 'POST', url, body: broken }),
    (error) => error instanceof WireError && !error.sent && /the file is gone/.test(error.message),
  );
  const abort = new AbortController();
  let asked = isAsked();
  const silent = wire.send({ method: 'GET', url: `${url}/silent`, signal: abort.signal });
  void asked.then(() => abort.abort());
  await assert.rejects(silent, (error) => error instanceof WireError && /given up/.test(error.message) && error.sent);
  await assert.rejects(
    wire.send({ method: 'GET', url: `${url}/silent`, answerMs: 100 }),
    (error) => error instanceof WireError && /no answer within 0\.1 s/.test(error.message),
  );
  await assert.rejects(
    wire.send({ method: 'GET', url: 'http://127.0.0.1:1/' }),
    (error) => error instanceof WireError && !error.sent && /nobody listens/.test(error.message),
  );
  const endless = await wire.send({ method: 'GET', url: `${url}/endless` });
  await assert.rejects(
    endless.text(1000),
    (error) => error instanceof WireError && /longer than 1000/.test(error.message),
  );
  asked = isAsked();
  const waiting = wire.send({ method: 'GET', url: `${url}/silent` });
  void asked.then(() => wires.close());
  await assert.rejects(waiting, (error) => error instanceof WireError && error.sent, 'its end is unknown');
  await assert.rejects(wire.send({ method: 'GET', url }), WireError);
});

const MB = 1e6;

test('a server that sends without an end costs this thread nothing but a message', async (t) => {
  const { url, wire } = await served(t);
  const file = join(await folderFor(t), 'a.ics');
  const flood = (by: Wire) => async () => {
    const answer = await by.send({ method: 'GET', url: `${url}/endless` });
    await assert.rejects(answer.save(file, 150 * MB), /it is larger than 150 MB/);
    await assert.rejects(stat(file), { code: 'ENOENT' });
  };
  // The thread and its modules are there.
  await (await wire.send({ method: 'GET', url })).text();
  const besideMs = await costMs(flood(wire));
  const here = openWire({});
  const hereMs = await costMs(flood(here));
  here.close();
  t.diagnostic(
    `150 MB cost this thread ${besideMs.toFixed(1)} ms of its processor, ${hereMs.toFixed(0)} without the other`,
  );
  assert.ok(besideMs < 20, `it cost ${besideMs} ms`);
  assert.ok(hereMs > 3 * besideMs, `without a thread of its own ${hereMs} ms`);
});

test('a file comes whole, and readable by its owner alone', async (t) => {
  const { url, wire } = await served(t);
  const file = join(await folderFor(t), 'a.ics');
  await (await wire.send({ method: 'GET', url })).save(file, 1000);
  assert.equal(await readFile(file, 'utf8'), 'GET 0 ');
  assert.equal((await stat(file)).mode & 0o777, 0o600);
  (await wire.send({ method: 'GET', url })).drop();
});
