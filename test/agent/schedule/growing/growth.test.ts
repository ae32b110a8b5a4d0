import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openGrowthRelay } from '#agent/box/media/growth.ts';
import { fileOf } from '#agent/schedule/growing/file-of.ts';
import { openGrowingSource } from '#agent/schedule/growing/growing-source.ts';
import { newGrowth, pieceBytesOf, verdictOf } from '#agent/schedule/growing/growth.ts';
import { pieceChunks, type WireBody } from '#agent/schedule/server/wire.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { partOf } from '../../recorder/samples.ts';
import { plannedOf } from '../samples.ts';

const RULES = { byHand: true, flavor: 'presenter/source', flavorB: 'presentation/source' };
const PART = { name: 'a_S1R1.mp4', number: 1 };
const UID = '68b19d11-6aca-413e-b2b3-eda72eebc65a';

test('what is handed over is sent while it is recorded, and nothing else', () => {
  const booked = { id: 't', bookingId: 'b' };
  const handOver = { booking: plannedOf('e', 0, 1, { uid: UID }) };
  const about = { event: UID, recording: 't', flavor: 'presenter/source', fileName: PART.name };
  assert.deepEqual(fileOf(booked, handOver, PART, RULES), about);
  assert.deepEqual(fileOf({ id: 't' }, undefined, PART, RULES), { ...about, event: undefined });
  assert.equal(fileOf(booked, handOver, { ...PART, number: 2 }, RULES)?.flavor, 'presenter/source-1');
  assert.equal(fileOf(booked, handOver, { ...PART, stream: 2 }, RULES)?.flavor, 'presentation/source');
  const odd = { booking: plannedOf('e', 0, 1, { uid: 'of another calendar @ x' }) };
  assert.equal(fileOf(booked, odd, PART, RULES)?.event, undefined, 'no id of a media package');
  assert.equal(fileOf(booked, undefined, PART, RULES), undefined, 'its booking is not known yet');
  assert.equal(fileOf({ id: 't' }, undefined, PART, { ...RULES, byHand: false }), undefined);
  assert.equal(fileOf({ id: 't', bookingId: 'trial' }, undefined, PART, RULES), undefined, 'a test recording');
  assert.equal(fileOf(booked, { ...handOver, held: 'cancelled' }, PART, RULES), undefined);
  assert.equal(fileOf(undefined, undefined, PART, RULES), undefined);
});

test('a request is small, and takes two seconds at a limited rate', () => {
  assert.equal(pieceBytesOf(100, Number.POSITIVE_INFINITY), 100);
  assert.equal(pieceBytesOf(1e9, Number.POSITIVE_INFINITY), 1 << 20);
  assert.equal(pieceBytesOf(1e9, 800), 200_000);
});

test('what a failure means', () => {
  const begun = { ...newGrowth('t', 'p', UID) };
  const fresh = { ...newGrowth('t', 'p', undefined) };
  const end = { bytes: 1, words: { tags: {}, chapters: [] } };
  for (const kind of ['unreachable', 'busy', 'full'] as const) {
    assert.equal(verdictOf(kind, begun), 'again');
    assert.equal(verdictOf(kind, fresh), 'again');
  }
  assert.equal(verdictOf('missing', fresh), 'cannot', 'an Opencast');
  assert.equal(verdictOf('login', fresh), 'cannot', 'an Opencast that shows its login page');
  assert.equal(verdictOf('conflict', fresh), 'whole', 'the event was deleted');
  assert.equal(verdictOf('missing', begun), 'anew', 'the server lost it');
  assert.equal(verdictOf('missing', { ...begun, end }), 'whole');
  assert.equal(verdictOf('missing', { ...begun, lost: 2 }), 'whole');
  assert.equal(verdictOf('conflict', begun), 'again', 'bytes from another place');
  assert.equal(verdictOf('refused', begun), 'whole');
});

async function textOf({ piece, bytes, chunks }: Pick<WireBody, 'piece' | 'bytes' | 'chunks'>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of piece ? pieceChunks(piece, bytes) : chunks()) all.push(chunk);
  return Buffer.concat(all).toString();
}

test('a file is read after its name leads to another one; what is missing is kept when it is released', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-source-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'a.mp4');
  await writeFile(path, 'fragments');
  const source = openGrowingSource(path);
  assert.equal(await textOf(await source.piece(0, 4)), 'frag');
  await writeFile(join(folder, 'b'), 'finished!');
  assert.equal(await source.hold(4, 9), 'memory');
  await rename(join(folder, 'b'), path);
  assert.equal(await textOf(await source.piece(0, 4)), 'frag', 'the open file is the old one');
  await source.release();
  assert.equal(await textOf(await source.piece(4, 5)), 'ments');
  await assert.rejects(source.piece(0, 4), /its fragments are gone/, 'never bytes of the finished file');
  await source.close();
  const large = openGrowingSource(path);
  assert.equal(await large.hold(0, 1e9), 'file', 'much stays in the open file');
  await large.close();
  const none = openGrowingSource(join(folder, 'none'));
  await assert.rejects(none.hold(0, 1));
  await none.close();
});

test('what grew before anybody wanted to be told is told then; an end waits for that, but not for long', async () => {
  const clock = virtualClock();
  const relay = openGrowthRelay(silentLog, clock);
  const part = partOf(1);
  relay.watch.durable('t', part, 5);
  relay.watch.durable('t', part, 7);
  const end = { bytes: 9, words: { tags: {}, chapters: [] } };
  const ended = relay.watch.ends('t', part, end);
  const told: unknown[] = [];
  relay.passTo({
    durable: (...args) => void told.push(args),
    ends: async (...args) => void told.push(args),
  });
  await ended;
  assert.deepEqual(told, [
    ['t', part, 7],
    ['t', part, end],
  ]);
  const late = openGrowthRelay(silentLog, clock);
  const over = late.watch.ends('t', part, end);
  clock.advance(10_000);
  await over;
  const broken = openGrowthRelay(silentLog, clock);
  broken.passTo({ durable: () => assert.fail('broken'), ends: async () => assert.fail('broken') });
  broken.watch.durable('t', part, 1);
});
