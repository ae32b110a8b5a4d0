/**
 * Measures how long the server takes to store a recording of 2 GB safely, against nginx's WebDAV; and the memory of
 * both sides.
 */
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { randomFillSync } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild } from '#lib/runtime/processes/child.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { runProgram } from '#lib/runtime/processes/run-program.ts';
import { openScope, type Scope } from '#lib/runtime/scope.ts';
import { startCentralProcess } from '#test/support/central.ts';
import { freePort } from '#test/support/free-port.ts';
import type { Sent } from './ingest-load/send.ts';
import { readOptions } from './measure/options.ts';
import { printFigure, printTable } from './measure/report.ts';
import { median, round } from './measure/statistics.ts';

const { megabytes, rounds } = readOptions({ megabytes: 2048, rounds: 3 });
const SENDER = fileURLToPath(new URL('ingest-load/send.ts', import.meta.url));

async function makeFile(path: string): Promise<void> {
  const block = randomFillSync(Buffer.alloc(16 << 20));
  const file = await open(path, 'w');
  for (let n = 0; n < megabytes; n += 16) await file.write(block, 0, Math.min(16, megabytes - n) << 20);
  await file.sync();
  await file.close();
}

/** Peak of a process's memory in MB since `forgetPeak`. */
const peakMb = async (pid: number): Promise<number> =>
  Number(/^VmHWM:\s+(\d+) kB/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const forgetPeak = (pid: number): Promise<void> => writeFile(`/proc/${pid}/clear_refs`, '5').catch(() => undefined);

/** Starts nginx with WebDAV; undefined if it is not installed. */
async function startNginx(folder: string, scope: Scope): Promise<string | undefined> {
  const port = await freePort();
  const configuration = `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log; user root;
    events { } http { access_log off; client_max_body_size 0; client_body_temp_path ${folder}/temp; root ${folder};
    server { listen 127.0.0.1:${port}; location / { dav_methods PUT; create_full_put_path on; } } }`;
  await writeFile(join(folder, 'nginx.conf'), configuration);
  const child = startChild({ command: 'nginx', argv: ['-c', join(folder, 'nginx.conf')] });
  const died = await Promise.race([child.died, sleep(1000).then(() => undefined)]);
  if (died) {
    console.log(`nginx does not run here: ${died.reason}`);
    return undefined;
  }
  scope.defer(() => child.stop());
  return `http://127.0.0.1:${port}`;
}

async function put(url: string, path: string): Promise<number> {
  const startedMs = performance.now();
  const { stdout, reason } = await runProgram(
    'curl',
    ['-s', '-S', '-w', '%{http_code}', '-T', path, `${url}/file-${Math.random()}.mp4`],
    { timeoutMs: 300_000 },
  );
  if (!stdout.endsWith('201')) throw new Error(`nginx answers ${stdout} ${reason}`);
  return (performance.now() - startedMs) / 1000;
}

async function measure(scope: Scope): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-bench-'));
  scope.defer(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'lecture.mp4');
  await makeFile(path);
  const central = await startCentralProcess();
  scope.defer(() => central.remove());
  const nginx = await startNginx(folder, scope);
  const headers = central.as('agent');
  const send = async (): Promise<Sent & { serverMb: number }> => {
    const mediaPackage = await (await fetch(`${central.url}/ingest/createMediaPackage`, { headers })).text();
    await forgetPeak(central.pid);
    const job = { url: central.url, user: 'agent', password: central.passwords.agent, path, mediaPackage };
    const { stdout, reason } = await runProgram(process.execPath, [SENDER, JSON.stringify(job)], {
      timeoutMs: 300_000,
    });
    if (stdout === '') throw new Error(reason);
    const sent = JSON.parse(stdout) as Sent;
    if (sent.status !== 200) throw new Error(`the server answers ${sent.status}: ${sent.answer}`);
    const serverMb = await peakMb(central.pid);
    const body = new URLSearchParams({ mediaPackage: sent.answer });
    await fetch(`${central.url}/ingest/discardMediaPackage`, { method: 'POST', headers, body });
    return { ...sent, serverMb };
  };
  const rows: (string | number)[][] = [];
  const ratios: number[] = [];
  const peaks: number[] = [];
  for (let n = 0; n < rounds; n++) {
    const ours = await send();
    const theirs = nginx === undefined ? Number.NaN : await put(nginx, path);
    ratios.push(ours.seconds / theirs);
    peaks.push(ours.serverMb, ours.rssMb);
    rows.push([
      'central',
      round(ours.seconds, 2),
      Math.round(megabytes / ours.seconds),
      Math.round(ours.serverMb),
      Math.round(ours.rssMb),
    ]);
    rows.push(['nginx', round(theirs, 2), Math.round(megabytes / theirs), '', '']);
  }
  printTable(`${megabytes} MB, from disk to disk`, ['server', 's', 'MB/s', 'server MB', 'sender MB'], rows);
  const figure = round(median(ratios), 2);
  printFigure({
    bench: 'ingest',
    figure: Number.isNaN(figure) ? -1 : figure,
    unit: 'ratio of time',
    goal: 'memory < 150 MB',
    yardstick: 'curl to nginx WebDAV, which neither hashes nor syncs the file',
    rssMb: Math.round(Math.max(...peaks)),
    megabytes,
  });
}

const scope = openScope();
try {
  await measure(scope);
} finally {
  await scope.close();
}
