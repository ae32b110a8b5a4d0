import assert from 'node:assert/strict';
import { duplexPair, type Duplex } from 'node:stream';
import test from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openMessageReader, writeMessage, type Message } from '#lib/runtime/processes/messages.ts';
import { openPeer, PEER_LIMITS, type Peer, type PeerOptions } from '#lib/runtime/processes/peer.ts';
import { PassThrough } from 'node:stream';

type Mine = {
  add(left: number, right: number): number;
  double(bytes: Buffer): Buffer;
  fail(): never;
  slow(ms: number): string;
  note(text: string): void;
};

interface Pair {
  asker: Peer<Mine>;
  server: Peer<Record<string, never>>;
  ends: [Duplex, Duplex];
  notes: string[];
  troubles: string[];
  working: { now: number; most: number };
}

function openPair(limits: Partial<PeerOptions> = {}): Pair {
  const ends = duplexPair();
  const notes: string[] = [];
  const troubles: string[] = [];
  const working = { now: 0, most: 0 };
  const options = { ...PEER_LIMITS, onTrouble: (_: unknown, name: string) => void troubles.push(name) };
  const server = openPeer<Record<string, never>, Mine>(
    ends[1],
    () => ({
      add: (left, right) => left + right,
      double: (bytes) => Buffer.concat([bytes, bytes]),
      fail: () => {
        throw new Error('no, because');
      },
      async slow(ms) {
        working.most = Math.max(working.most, ++working.now);
        await wait(ms);
        working.now -= 1;
        return 'done';
      },
      note: (text) => void notes.push(text),
    }),
    { ...options, ...limits },
  );
  const asker = openPeer<Mine>(ends[0], () => ({}), options);
  return { asker, server, ends, notes, troubles, working };
}

test('a call is answered with values and with bytes; a failure is told in words', async () => {
  const { asker } = openPair();
  assert.equal(await asker.call('add', 2, 3), 5);
  assert.deepEqual(await asker.call('double', Buffer.from([1, 0, 255])), Buffer.from([1, 0, 255, 1, 0, 255]));
  await assert.rejects(asker.call('fail'), /no, because/);
});

test('what is told before an answer comes before it, in order', async () => {
  const { asker, notes } = openPair();
  for (let n = 0; n < 100; n++) asker.tell('note', String(n));
  await asker.ping();
  assert.deepEqual(
    notes,
    Array.from({ length: 100 }, (_, n) => String(n)),
  );
});

test('a name that is not offered harms nobody, nor does one of every object', async () => {
  const { asker, troubles } = openPair();
  await assert.rejects(asker.call('constructor' as 'fail'), /nothing is offered/);
  asker.tell('toString' as 'fail');
  assert.equal(await asker.call('add', 1, 1), 2);
  assert.deepEqual(troubles, ['toString']);
});

test('calls at work are limited; the others wait and are answered', async () => {
  const { asker, working } = openPair({ mostCalls: 3 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => asker.call('slow', 5)));
  assert.equal(answers.length, 20);
  assert.ok(working.most <= 3, `${working.most} at once`);
});

test('a flood of calls leaves the loop its turns', async () => {
  const { asker } = openPair({ turnMs: 4, restMs: 12 });
  const answers = Array.from({ length: 4000 }, (_, n) => asker.call('add', n, 1));
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  count();
  const all = await Promise.all(answers);
  isOver = true;
  assert.deepEqual([all[0], all[3999]], [1, 4000]);
  assert.ok(turns > 10, `${turns} turns of the loop in between`);
});

test('calls that wait are refused when the other process is gone, and at once afterwards', async () => {
  const { asker, ends } = openPair();
  const asked = asker.call('slow', 10_000);
  ends[0].destroy();
  await assert.rejects(asked, /gone/);
  await assert.rejects(asker.call('add', 1, 1), /gone/);
  await asker.closed;
});

test('too many calls at once are refused by the asker itself', async () => {
  const [near] = duplexPair();
  const peer = openPeer<Mine>(near, () => ({}), { ...PEER_LIMITS, mostAsked: 2, onTrouble: () => undefined });
  peer.call('add', 1, 1).catch(() => undefined);
  peer.call('add', 1, 1).catch(() => undefined);
  await assert.rejects(peer.call('add', 1, 1), /too much/);
});

test('what does not read keeps waiting bytes that the other side can count', () => {
  const [near] = duplexPair();
  const peer = openPeer<Mine>(near, () => ({}), { ...PEER_LIMITS, onTrouble: () => undefined });
  for (let n = 0; n < 10; n++) peer.tell('note', 'x'.repeat(100_000));
  assert.ok(peer.waitingBytes() > 500_000, `${peer.waitingBytes()}`);
});

test('messages are found in bytes that are cut anywhere; nonsense ends the connection', async () => {
  const wire = new PassThrough();
  const sent: Message[] = [
    { head: { a: 'é' }, pieces: [] },
    { head: [1, null], pieces: [Buffer.from('one'), Buffer.alloc(0), Buffer.from('three')] },
  ];
  for (const message of sent) writeMessage(wire, message);
  const bytes = wire.read() as Buffer;
  for (const size of [1, 2, 3, 7, 1000]) {
    const reader = openMessageReader(1000);
    const found: Message[] = [];
    for (let at = 0; at < bytes.length; at += size) {
      reader.feed(bytes.subarray(at, at + size));
      for (let next = reader.next(); next; next = reader.next()) found.push(next);
    }
    assert.deepEqual(found, sent);
  }
  const reader = openMessageReader(1000);
  reader.feed(Buffer.from([0, 0, 16, 0, 0, 0, 0, 4]));
  assert.throws(() => reader.next(), /too long/);
  const { asker, ends, troubles } = openPair();
  ends[0].write(Buffer.from('GET / HTTP/1.1\r\n\r\n'));
  await asker.closed;
  assert.deepEqual(troubles, ['stream']);
});
