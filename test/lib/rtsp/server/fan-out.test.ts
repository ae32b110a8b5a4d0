import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Socket } from 'node:dgram';
import { test } from 'node:test';
import { openFanOut, type Batch } from '#lib/rtsp/server/fan-out.ts';
import { openPlayer, type Outlet } from '#lib/rtsp/server/player.ts';
import { frameUp, type Unit } from '#lib/rtsp/wire/rtp.ts';
import { openUdpSender } from '#lib/rtsp/server/udp-sender.ts';
import { sleep } from '#lib/runtime/clock.ts';

function unit(seq: number, key: boolean, bytes = 1000, track = 0): Unit {
  const packet = Buffer.alloc(bytes, seq);
  packet.writeUInt16BE(seq, 2);
  return { ...frameUp(track, false, [packet]), key };
}

/** Notes what it is given; says how much waits as it is told. */
function notingOutlet(): Outlet & { waits: number; got: number[]; bytes: Buffer[] } {
  return {
    waits: 0,
    got: [],
    bytes: [],
    queuedBytes() {
      return this.waits;
    },
    send(batch: Batch, from: number) {
      for (const sent of batch.units.slice(from)) if (!sent.rtcp) this.got.push(sent.seq);
      const bytes = batch.interleaved([0, 2], from);
      this.bytes.push(bytes);
      return bytes.length;
    },
  };
}

test('who joins is given all since the last key unit, once', () => {
  const fanOut = openFanOut(1 << 20);
  const first = notingOutlet();
  fanOut.join(openPlayer(first, fanOut), []);
  for (let seq = 0; seq < 7; seq += 1) fanOut.push(unit(seq, seq % 5 === 0));
  // What is collected but not handed over yet must not come twice.
  const late = notingOutlet();
  fanOut.join(openPlayer(late, fanOut), [frameUp(0, true, [Buffer.from('report')])]);
  assert.deepEqual(first.got, [0, 1, 2, 3, 4, 5, 6]);
  assert.deepEqual(late.got, [5, 6]);
  assert.equal(late.bytes[0]!.toString('latin1', 4, 10), 'report');
  fanOut.push(unit(7, false));
  fanOut.flush();
  assert.deepEqual(late.got, [5, 6, 7]);
});

test('all with the usual channels are given the very same bytes', () => {
  const fanOut = openFanOut(1 << 20);
  const outlets = [notingOutlet(), notingOutlet(), notingOutlet()];
  for (const outlet of outlets) fanOut.join(openPlayer(outlet, fanOut), []);
  fanOut.push(unit(0, true));
  fanOut.push(unit(1, false, 100, 1));
  fanOut.flush();
  assert.equal(outlets[0]!.bytes.length, 1);
  assert.equal(outlets[0]!.bytes[0]!.length, 1108);
  assert.ok(outlets.every(({ bytes }) => bytes[0] === outlets[0]!.bytes[0]));
});

test('a slow player loses units until a key unit finds it free; the others lose nothing', () => {
  const fanOut = openFanOut(8 << 20);
  const [slow, quick] = [notingOutlet(), notingOutlet()];
  const slowPlayer = openPlayer(slow, fanOut);
  fanOut.join(slowPlayer, []);
  fanOut.join(openPlayer(quick, fanOut), []);
  const push = (seq: number): void => {
    fanOut.push(unit(seq, seq % 10 === 0));
    fanOut.flush();
  };
  for (let seq = 0; seq < 5; seq += 1) push(seq);
  slow.waits = fanOut.queueLimitBytes() + 1;
  for (let seq = 5; seq < 13; seq += 1) push(seq);
  slow.waits = 0;
  for (let seq = 13; seq < 22; seq += 1) push(seq);
  assert.deepEqual(slow.got, [0, 1, 2, 3, 4, 20, 21]);
  assert.deepEqual(
    quick.got,
    Array.from({ length: 22 }, (_, seq) => seq),
  );
  assert.equal(slowPlayer.droppedPackets, 15);
});

test('a key unit in the middle of what was collected is where a waiting player begins', () => {
  const fanOut = openFanOut(1 << 20);
  const outlet = notingOutlet();
  fanOut.join(openPlayer(outlet, fanOut), []);
  for (const seq of [1, 2, 3]) fanOut.push(unit(seq, seq === 2));
  fanOut.flush();
  assert.deepEqual(outlet.got, [2, 3]);
});

test('the limit follows the stream, within bounds; a ring without end is forgotten', () => {
  const fanOut = openFanOut(2 << 20);
  assert.equal(fanOut.queueLimitBytes(), 256 << 10);
  for (let seq = 0; seq < 100; seq += 1) fanOut.push(unit(seq, seq === 0, 5000));
  assert.equal(fanOut.queueLimitBytes(), 100 * 5004 * 2);
  for (let seq = 100; seq < 1000; seq += 1) fanOut.push(unit(seq, false, 5000));
  assert.equal(fanOut.queueLimitBytes(), 2 << 20);
  assert.equal(fanOut.ring().length, 0);
});

test('a sink that breaks does not break the others', () => {
  const fanOut = openFanOut(1 << 20);
  const outlet = notingOutlet();
  const breaks = (): never => {
    throw new Error('broken');
  };
  fanOut.join({ begin: () => undefined, deliver: breaks }, []);
  fanOut.join(openPlayer(outlet, fanOut), []);
  fanOut.push(unit(0, true));
  fanOut.flush();
  assert.deepEqual([outlet.got, fanOut.size()], [[0], 1]);
});

test('UDP leaves at a bearable pace, in order, reports first', async () => {
  const sent: { at: number; packet: string }[] = [];
  const socket = Object.assign(new EventEmitter(), {
    send: (packet: Buffer) => void sent.push({ at: performance.now(), packet: String(packet) }),
  });
  const lane = { rtp: socket as unknown as Socket, rtcp: socket as unknown as Socket };
  const sender = openUdpSender(new Map([[0, lane]]));
  const startMs = performance.now();
  sender.send(
    frameUp(
      0,
      false,
      Array.from({ length: 300 }, (_, index) => Buffer.from(String(index))),
    ),
  );
  sender.send(frameUp(0, true, [Buffer.from('report')]));
  assert.equal(sender.send(frameUp(1, false, [Buffer.from('not set up')])), 0);
  assert.ok(sender.queuedBytes() > 0);
  while (sender.queuedBytes() > 0) await sleep(5);
  const [atOnce] = [sent.findIndex(({ packet }) => packet === 'report')];
  assert.ok(atOnce >= 30 && atOnce < 60, `${atOnce} packets at once`);
  assert.deepEqual(
    sent.filter(({ packet }) => packet !== 'report').map(({ packet }) => packet),
    Array.from({ length: 300 }, (_, index) => String(index)),
  );
  assert.ok(sent.at(-1)!.at - startMs > 50, '300 packets took their time');
  sender.close();
  assert.equal(sender.send(unit(0, true)), 0);
});
