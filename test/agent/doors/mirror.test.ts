/** What a door knows of the core is what the core told it, over a pair of streams. */
import assert from 'node:assert/strict';
import { duplexPair } from 'node:stream';
import test from 'node:test';
import { openDevice, type Change } from '#agent/device/device.ts';
import type { StateCalls, StateTold, BeginCalls, PacketCalls, PacketsTold } from '#agent/doors/calls.ts';
import { offerPackets } from '#agent/doors/core/packets.ts';
import { MOST_WAITING_BYTES, offerBeginning, offerState } from '#agent/doors/core/state.ts';
import { openDeviceMirror, type DeviceMirror } from '#agent/doors/mirror/device-mirror.ts';
import { openRingMirrors, type RingMirrors } from '#agent/doors/mirror/ring-mirrors.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import type { Packet } from '#lib/media/packet.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openPeer, PEER_LIMITS, type Peer } from '#lib/runtime/processes/peer.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { ADMIN, factoryState, USER } from '#test/support/device.ts';
import { until } from '#test/support/until.ts';

type Core = StateCalls & Pick<BeginCalls, 'alarm'> & PacketCalls;
type Told = StateTold & PacketsTold;

const packet = (n: number, key: boolean, bytes = 1000): Packet => ({
  track: 'video',
  ptsTicks: n * 6000,
  dtsTicks: n * 6000,
  key,
  units: [Buffer.alloc(bytes, n & 255), Buffer.from('unit')],
  ts: Buffer.alloc(bytes + 188, n & 255),
});

const PARAMETERS = {
  video: { codec: 'h264' as const, sps: Buffer.from('sps'), pps: Buffer.from('pps'), widthPx: 1280, heightPx: 720 },
  audio: { codec: 'aac' as const, config: Buffer.from([17, 144]), sampleRateHz: 48_000, channels: 2 },
};

async function openRig() {
  const device = openDevice({
    initial: factoryState(),
    factoryLayouts,
    clock: realClock,
    newId: () => 'take-1',
    log: silentLog,
  });
  const rings = { archive: openPacketRing(), 'archive-b': openPacketRing(), confidence: openPacketRing() };
  const [coreEnd, doorEnd] = duplexPair();
  const options = { ...PEER_LIMITS, onTrouble: (error: unknown) => assert.fail(String(error)) };
  const beginning = { config: {}, version: '0', startedAtMs: 0, ffmpeg: '' } as Parameters<typeof offerBeginning>[1];
  const listening = { portOf: () => undefined };
  const core: Peer<Told> = openPeer<Told, Core>(
    coreEnd,
    (peer) => ({
      ...offerState(device, peer).handlers,
      ...offerPackets(rings, peer).handlers,
      alarm: offerBeginning(device, beginning, listening).handlers.alarm,
    }),
    options,
  );
  const made: { mirror?: DeviceMirror; rings?: RingMirrors } = {};
  const door: Peer<Core> = openPeer<Core, Told>(
    doorEnd,
    (peer) => {
      made.mirror = openDeviceMirror(peer, silentLog);
      made.rings = openRingMirrors(peer);
      return { ...made.mirror.told, ...made.rings.told };
    },
    options,
  );
  await door.call('listen');
  return { device, rings, core, door, doorEnd, mirror: made.mirror!.device, mirrored: made.rings!.rings };
}

test('a door begins with the whole state, and reads what it wrote when it is answered', async () => {
  const { device, mirror } = await openRig();
  assert.deepEqual(mirror.state(), device.state());
  const changes: Change[] = [];
  mirror.subscribe((change) => void changes.push(change));
  const before = mirror.state();
  const outcome = await mirror.request({ name: 'hall.set', params: { hall: 'Turing' }, session: ADMIN });
  assert.equal(outcome.refusal, undefined);
  assert.equal(mirror.state().wanted.hall, 'Turing');
  assert.deepEqual(mirror.state(), device.state());
  assert.equal(mirror.state().wanted.inputs, before.wanted.inputs, 'what did not change is the same');
  assert.deepEqual(
    changes.map(({ request }) => [request?.name, request?.session.id]),
    [['hall.set', ADMIN.id]],
  );
});

test('refusals are answers; parameters and rights are checked in the core, whatever a door claims', async () => {
  const { device, door, mirror } = await openRig();
  const refused = await mirror.request({ name: 'hall.set', params: { hall: 'X' }, session: USER });
  assert.equal(refused.refusal?.code, 'E24');
  const wrong = await door.call('request', 'audio.set', { from: 'nowhere' }, ADMIN);
  assert.equal(wrong.refusal?.code, 'E13');
  await assert.rejects(door.call('request', '__proto__', {}, ADMIN), /no such request/);
  assert.deepEqual(mirror.state(), device.state());
});

test('alarms of a door are the box’s; events reach its listeners', async () => {
  const { device, mirror } = await openRig();
  const marks: unknown[] = [];
  mirror.subscribe(({ events }) => void marks.push(...events));
  const alarm = { name: 'control' as const, about: 'telnet' };
  mirror.observe({ fact: 'alarm', raise: { ...alarm, level: 'warning', text: 'taken' } });
  await until('the alarm is told', () => mirror.state().seen.alarms.length === 1);
  mirror.observe({ fact: 'alarm', clear: alarm });
  await until('it is over', () => mirror.state().seen.alarms.length === 0);
  await mirror.request({ name: 'record.start', params: {}, session: ADMIN });
  device.observe({ fact: 'recording', seen: { state: 'recording', take: 'take-1', elapsedMs: 1, bytes: 1 } });
  await mirror.request({ name: 'record.mark', params: { title: 'Here' }, session: ADMIN });
  assert.deepEqual(marks, [{ event: 'mark', title: 'Here' }]);
});

test('levels change ten times a second and are told five times; the last ones arrive', async () => {
  const { device, mirror } = await openRig();
  let told = 0;
  mirror.subscribe(() => void (told += 1));
  const level = (leftDb: number) => ({ leftDb, rightDb: leftDb });
  for (let n = 1; n <= 50; n++) {
    device.observe({ fact: 'meters', seen: { A: level(-n), B: level(-n), output: level(-n) } });
  }
  await until('they arrive', () => mirror.state().seen.meters.A.leftDb === -50);
  assert.equal(told, 1);
});

test('packets come whole, with their parameters, from a key picture on, as long as somebody taps', async () => {
  const { rings, mirrored, door } = await openRig();
  rings.archive.setParameters(PARAMETERS);
  rings.archive.push(packet(1, true));
  rings.archive.push(packet(2, false));
  const got: Packet[] = [];
  const end = mirrored.archive.tap({ onPacket: (one) => void got.push(one) }, { fromKey: true });
  await until('they come', () => got.length === 2);
  assert.deepEqual(got, [packet(1, true), packet(2, false)]);
  assert.deepEqual(mirrored.archive.parameters, PARAMETERS);
  end();
  await door.ping();
  rings.archive.push(packet(3, true));
  await door.ping();
  assert.equal(got.length, 2, 'nobody taps any more');
});

test('sound comes with the next picture, in the order of the stream, and none is held back for ever', async () => {
  const { rings, mirrored } = await openRig();
  rings.archive.push(packet(0, true));
  const got: Packet[] = [];
  const breaks: number[] = [];
  const onBreak = (): void => void breaks.push(got.length);
  mirrored.archive.tap({ onPacket: (one) => void got.push(one), onBreak }, { fromKey: true });
  await until('it begins', () => got.length === 1);
  const sound = (n: number): Packet => ({ ...packet(n, false, 100), track: 'audio', units: [Buffer.alloc(100, n)] });
  const sent = [packet(0, true), sound(1), sound(2), packet(3, false), packet(4, false)];
  for (const one of sent.slice(1)) rings.archive.push(one);
  await until('they come', () => got.length === 5);
  for (let n = 5; n < 100; n++) sent.push(sound(n));
  for (const one of sent.slice(5)) rings.archive.push(one);
  await until('sound comes without pictures', () => got.length >= 85);
  rings.archive.breakOff('the encoder died');
  await until('it is told', () => breaks.length === 1);
  assert.deepEqual(got, sent, 'all that came before the break');
  assert.deepEqual(breaks, [sent.length]);
});

test('a door that does not read costs a bounded memory, misses pictures up to a key one, and then has the whole state', async () => {
  const { device, rings, core, doorEnd, mirror, mirrored } = await openRig();
  const got: Packet[] = [];
  let breaks = 0;
  mirrored.archive.tap({ onPacket: (one) => void got.push(one), onBreak: () => void (breaks += 1) }, { fromKey: true });
  rings.archive.push(packet(0, true));
  await until('it watches', () => got.length > 0 || (rings.archive.push(packet(0, true)), false));
  const seen = got.length;
  doorEnd.pause();
  for (let n = 1; n <= 2000; n++) {
    rings.archive.push(packet(n, n % 30 === 0, 10_000));
    device.request({ name: 'metadata.set', params: { title: `Title ${n}` }, session: ADMIN });
  }
  assert.ok(core.waitingBytes() < MOST_WAITING_BYTES + 100_000, `${core.waitingBytes()} bytes wait`);
  doorEnd.resume();
  await until('it has the state', () => mirror.state().wanted.recording.metadata?.title === 'Title 2000');
  assert.deepEqual(mirror.state(), device.state());
  rings.archive.push(packet(2001, false));
  rings.archive.push(packet(2010, true));
  await until('it sees again', () => got.at(-1)?.ptsTicks === 2010 * 6000);
  assert.equal(breaks, 1, 'it was told that pictures are missing');
  const after = got.slice(seen).map(({ ptsTicks, key }) => [ptsTicks / 6000, key] as const);
  const jump = after.findIndex(([n], index) => index > 0 && n !== after[index - 1]![0] + 1);
  assert.ok(after[jump]![1], 'what follows a gap is a key picture');
});
