import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { silentLog } from '#lib/runtime/log.ts';
import { PEER_LIMITS, type Peer } from '#lib/runtime/processes/peer.ts';
import { superviseProcess } from '#lib/runtime/processes/supervised.ts';
import { isAlive } from '#test/support/alive.ts';
import { until } from '#test/support/until.ts';

type Child = { say(text: string): string; die(): void; spin(): void; fill(): void };
type Mine = { begun(pid: number): void };

/** Of the test that waits for ten of them, twice. */
const BEAT_MS = 200;

interface Rig {
  peer: () => Peer<Child>;
  pids: number[];
  troubles: string[];
  ended: () => number;
}

function supervise(t: TestContext, beatMs?: number): Rig {
  const pids: number[] = [];
  const troubles: string[] = [];
  let current: Peer<Child> | undefined;
  let ended = 0;
  const child = superviseProcess<Child, Mine>({
    name: 'test',
    entry: fileURLToPath(new URL('../../../fixtures/programs/child-process.ts', import.meta.url)),
    heapMB: 40,
    semiSpaceMB: 1,
    niceness: 5,
    limits: PEER_LIMITS,
    serve(peer) {
      current = peer;
      return { handlers: { begun: (pid) => void pids.push(pid) }, end: () => void (ended += 1) };
    },
    onLine: () => undefined,
    onState: (trouble) => void (trouble && troubles.push(trouble)),
    ...(beatMs ? { beatMs } : {}),
    log: silentLog,
  });
  t.after(() => child.close(0));
  return { peer: () => current!, pids, troubles, ended: () => ended };
}

test('a process that is killed, or ends, is started again, and is asked anew', async (t) => {
  const { peer, pids, troubles, ended } = supervise(t);
  await until('it began', () => pids.length === 1);
  assert.equal(await peer().call('say', 'one'), 'heard one');
  process.kill(pids[0]!, 'SIGKILL');
  await until('it began again', () => pids.length === 2);
  assert.equal(await peer().call('say', 'two'), 'heard two');
  await assert.rejects(peer().call('die'), /gone/);
  await until('it began a third time', () => pids.length === 3);
  assert.equal(await peer().call('say', 'three'), 'heard three');
  assert.equal(ended(), 2, 'each life ended once');
  assert.match(troubles[0]!, /SIGKILL/);
});

test('one whose loop hangs is ended after ten beats, and started again; so is one that is stopped', async (t) => {
  const { peer, pids } = supervise(t, BEAT_MS);
  await until('it began', () => pids.length === 1);
  await peer().call('say', 'one');
  const spunAtMs = performance.now();
  peer().tell('spin');
  await until('it began again', () => pids.length === 2);
  assert.ok(performance.now() - spunAtMs > 9 * BEAT_MS, 'it was given ten beats');
  assert.ok(!isAlive(pids[0]!));
  await peer().call('say', 'two');
  process.kill(pids[1]!, 'SIGSTOP');
  await until('it began a third time', () => pids.length === 3);
  assert.ok(!isAlive(pids[1]!));
});

test('one that fills its memory is ended by its own limit, and started again', async (t) => {
  const { peer, pids } = supervise(t);
  await until('it began', () => pids.length === 1);
  await assert.rejects(peer().call('fill'), /gone/);
  await until('it began again', () => pids.length === 2);
});
