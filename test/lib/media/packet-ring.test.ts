import assert from 'node:assert/strict';
import test from 'node:test';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';

const packet = (ptsTicks: number, key = false, bytes = 188): Packet => ({
  track: 'video',
  ptsTicks,
  dtsTicks: ptsTicks,
  key,
  units: [],
  ts: Buffer.alloc(bytes),
});
const ticks = (packets: readonly Packet[]): number[] => packets.map(({ ptsTicks }) => ptsTicks);
const PARAMETERS: StreamParameters = {};

test('remembers from the last key picture on, and nothing before the first', () => {
  const ring = openPacketRing();
  ring.push(packet(1));
  assert.deepEqual(ring.sinceKey(), []);
  for (const one of [packet(2, true), packet(3), packet(4)]) ring.push(one);
  assert.deepEqual(ticks(ring.sinceKey()), [2, 3, 4]);
  ring.push(packet(5, true));
  assert.deepEqual(ticks(ring.sinceKey()), [5]);
});

test('a tap hears all that comes; one that joins late may begin with the key picture; an ended one hears nothing', () => {
  const ring = openPacketRing();
  const [early, late, fresh]: [Packet[], Packet[], Packet[]] = [[], [], []];
  const end = ring.tap({ onPacket: (one) => void early.push(one) });
  ring.push(packet(1, true));
  ring.push(packet(2));
  ring.tap({ onPacket: (one) => void late.push(one) }, { fromKey: true });
  ring.tap({ onPacket: (one) => void fresh.push(one) });
  ring.push(packet(3));
  end();
  end();
  ring.push(packet(4));
  assert.deepEqual([early, late, fresh].map(ticks), [
    [1, 2, 3],
    [1, 2, 3, 4],
    [3, 4],
  ]);
});

test('a break is told to all, and what came before it is forgotten', () => {
  const ring = openPacketRing();
  const told: string[] = [];
  ring.tap({ onPacket: () => undefined, onBreak: (reason) => void told.push(reason) });
  ring.tap({ onPacket: () => undefined });
  ring.push(packet(1, true));
  ring.breakOff('it died');
  assert.deepEqual(told, ['it died']);
  assert.deepEqual(ring.sinceKey(), []);
  ring.push(packet(2));
  assert.deepEqual(ring.sinceKey(), []);
});

test('a stream without key pictures does not fill the memory', () => {
  const ring = openPacketRing();
  ring.push(packet(0, true));
  let most = 0;
  for (let n = 1; n < 400; n++) {
    ring.push(packet(n, false, 188 * 1000));
    most = Math.max(
      most,
      ring.sinceKey().reduce((sum, { ts }) => sum + ts.length, 0),
    );
  }
  assert.ok(most < 17 << 20, `${most}`);
});

test('parameters can be waited for, and asked for', async () => {
  const ring = openPacketRing();
  assert.equal(ring.parameters, undefined);
  const [first, second] = [ring.ready(), ring.ready()];
  ring.setParameters(PARAMETERS);
  assert.equal(await first, PARAMETERS);
  assert.equal(await second, PARAMETERS);
  assert.equal(await ring.ready(), PARAMETERS);
  assert.equal(ring.parameters, PARAMETERS);
});

test('a tap may end itself, and one may join while packets are handed out', () => {
  const ring = openPacketRing();
  const heard: string[] = [];
  const end = ring.tap({
    onPacket() {
      heard.push('once');
      end();
    },
  });
  ring.tap({ onPacket: () => void heard.push('always') });
  ring.push(packet(1, true));
  ring.push(packet(2));
  assert.deepEqual(heard, ['once', 'always', 'always']);
});
