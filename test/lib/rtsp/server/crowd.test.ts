import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { readRtp } from '#lib/rtsp/wire/rtp.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { joinedSoFar, joinH264 } from '../depacketise.ts';
import { fedMount, PARAMETERS, picture, startServer } from '../made-up-stream.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';
import { openRawClient, playTcp, type RawClient } from '../raw-client.ts';

const videoOf = (client: RawClient): Buffer[] =>
  client.frames.filter(({ channel }) => channel === 0).map(({ payload }) => readRtp(payload)!.payload);

/** Pictures in the order they came; throws if one is not whole. */
const pictures = (client: RawClient): Buffer[] => joinH264(videoOf(client));

/** Whether a picture has come, while others may be on their way. */
const hasCome = (client: RawClient, picture: Buffer): boolean =>
  joinedSoFar(videoOf(client)).some((nal) => nal.equals(picture));

/** Bytes of frames that a client has read, as a player's `sentBytes` counts them. */
const bytesRead = (client: RawClient): number =>
  client.frames.reduce((bytes, { payload }) => bytes + 4 + payload.length, 0);

/** Frames on the wire for picture 0 (2000 bytes) and those of 200 000 bytes up to `index`, with parameter sets and one report. */
function packetsUpTo(index: number): number {
  const keys = Math.floor(index / 30) + 1;
  return 2 + 2 + keys * 2 + index * Math.ceil(199_999 / 1326) - 2;
}

test('a player that stops reading loses whole pictures, the other none, and its memory is bounded', async (context) => {
  const server = await startServer({ maxQueueBytes: 2 << 20 });
  context.after(() => server.close());
  const mount = fedMount(server);
  const url = `rtsp://127.0.0.1:${server.port}/extron1`;
  const [slow, quick] = [await openRawClient(server.port), await openRawClient(server.port)];
  mount.push(picture(0));
  await playTcp(slow, url);
  await playTcp(quick, url);
  slow.socket.pause();
  // The kernel takes some MB for the slow one; 60 MB it does not.
  for (let index = 1; index <= 300; index += 1) {
    mount.push(picture(index, 200_000));
    await sleep(1);
    // The quick one must keep pace while the slow one stands still.
    if (index % 10 === 0) await quick.framesReach(packetsUpTo(index));
  }
  const last300 = picture(300, 200_000).units[0]!;
  await until('the last of the large pictures came', () => hasCome(quick, last300));
  const all = pictures(quick);
  const sets = [PARAMETERS.video!.sps, PARAMETERS.video!.pps];
  const expected = Array.from({ length: 301 }, (_, index) => [
    ...(index % 30 === 0 ? sets : []),
    ...picture(index, index === 0 ? 2000 : 200_000).units,
  ]).flat();
  assert.equal(all.length, expected.length);
  assert.ok(all.every((nal, index) => nal.equals(expected[index]!)));
  const slowPlayer = mount.players().find(({ droppedPackets }) => droppedPackets > 0);
  assert.ok(slowPlayer, 'the slow one lost packets');
  // What was handed to its socket: the kernel's share, and no more than the limit and a batch behind it.
  assert.ok(slowPlayer.sentBytes < 20e6, `${slowPlayer.sentBytes} bytes of 60 MB`);
  slow.socket.resume();
  await until('the slow one has read all that it was sent', () => {
    const sent = mount.players().find(({ id }) => id === slowPlayer.id)?.sentBytes;
    return bytesRead(slow) === sent;
  });
  for (let index = 301; index <= 345; index += 1) mount.push(picture(index, 20_000));
  const last345 = picture(345, 20_000).units[0]!;
  await until('the last picture came', () => hasCome(slow, last345));
  const got = pictures(slow);
  const last = got.slice(got.findLastIndex((nal) => (nal[0]! & 0x1f) === 7));
  assert.deepEqual(last.slice(0, 3), [...sets, ...picture(330, 20_000).units]);
  assert.equal(last.length, 2 + 16);
});

test('fifty players at once each begin within a second, on a key picture, and lose nothing', (context) =>
  inTime(context, async (judge) => {
    const server = await startServer();
    context.after(() => server.close());
    const mount = fedMount(server);
    const url = `rtsp://127.0.0.1:${server.port}/extron1`;
    let index = 0;
    for (; index < 20; index += 1) mount.push(picture(index, 6000));
    const timer = setInterval(() => mount.push(picture(index++, 6000)), 66);
    const began = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const startMs = performance.now();
        const client = await openRawClient(server.port);
        await playTcp(client, url);
        await client.framesReach(4);
        return { client, ms: performance.now() - startMs };
      }),
    );
    assert.equal(mount.players().length, 50);
    await sleep(1000);
    clearInterval(timer);
    const last = picture(index - 1, 6000).units[0]!;
    await until('the last picture came', () => began.every(({ client }) => hasCome(client, last)));
    for (const { client, ms } of began) {
      judge('it began after', ms, 1000);
      const got = pictures(client);
      assert.deepEqual(got[0], PARAMETERS.video!.sps);
      const first = got.slice(2).findIndex((nal) => nal.equals(last));
      assert.equal(first, got.length - 3, 'the last picture came last');
      const seqs = client.frames.filter(({ channel }) => channel === 0).map(({ payload }) => readRtp(payload)!.seq);
      assert.deepEqual(
        seqs,
        seqs.map((_, offset) => (seqs[0]! + offset) & 0xffff),
      );
      client.close();
    }
  }));

test('multicast reaches a member on the loopback, and ends with the last player', async (context) => {
  const server = await startServer();
  context.after(() => server.close());
  // A group of our own: the same test may run beside, from another folder.
  const address = `239.255.${(process.pid >> 8) & 255}.${process.pid & 255}`;
  const group = { address, port: 15_700, ttl: 1, interface: '127.0.0.1' };
  const mount = server.mount('cast', { multicast: group });
  mount.setParameters({ video: PARAMETERS.video! });
  const member = createSocket({ type: 'udp4', reuseAddr: true });
  member.bind(group.port, group.address);
  await once(member, 'listening');
  member.addMembership(group.address, '127.0.0.1');
  const packets: Buffer[] = [];
  member.on('message', (packet) => packets.push(packet));
  const [first, second] = [await openRawClient(server.port), await openRawClient(server.port)];
  const url = `rtsp://127.0.0.1:${server.port}/cast`;
  const session = async (client: RawClient): Promise<string> => {
    const answer = await client.ask('SETUP', `${url}/trackID=0`, { Transport: 'RTP/AVP;multicast' });
    const wanted = `RTP/AVP;multicast;destination=${address};port=15700-15701;ttl=1;mode="PLAY"`;
    assert.equal(answer.headers.get('transport'), wanted);
    const id = answer.headers.get('session')!.split(';')[0]!;
    assert.equal((await client.ask('PLAY', url, { Session: id })).status, 200);
    return id;
  };
  mount.push(picture(0));
  await session(first);
  await session(second);
  mount.push(picture(1));
  const last1 = picture(1).units[0]!;
  const joined = (): Buffer[] => joinedSoFar(packets.map((packet) => readRtp(packet)!.payload));
  await until('the second picture came', () => joined().some((nal) => nal.equals(last1)));
  assert.deepEqual(joined(), [PARAMETERS.video!.sps, PARAMETERS.video!.pps, ...picture(0).units, ...picture(1).units]);
  assert.deepEqual(
    mount.players().map(({ transport }) => transport),
    ['multicast', 'multicast'],
  );
  first.close();
  await first.closed;
  await until('the first one is gone', () => mount.players().length === 1);
  const six = packets.length;
  mount.push(picture(2));
  const last2 = picture(2).units.at(-1)!;
  await until('the third picture came', () => packets.length > six && joined().some((nal) => nal.equals(last2)));
  const count = packets.length;
  second.close();
  await second.closed;
  await until('nobody is left', () => mount.players().length === 0);
  mount.push(picture(3));
  await sleep(60);
  assert.equal(packets.length, count);
  member.close();
});

test('UDP goes to the port the player speaks from, and to nobody it names', async (context) => {
  // Below the ports that the system gives away; some of them may be of the same test, run beside.
  const server = await startServer({ udp: { from: 15_800, to: 15_879 } });
  context.after(() => server.close());
  const mount = fedMount(server);
  const url = `rtsp://127.0.0.1:${server.port}/extron1`;
  const player = createSocket('udp4');
  player.bind(0, '127.0.0.1');
  await once(player, 'listening');
  const packets: Buffer[] = [];
  player.on('message', (packet) => packets.push(packet));
  const client = await openRawClient(server.port);
  const answer = await client.ask('SETUP', `${url}/trackID=0`, {
    Transport: 'RTP/AVP;unicast;destination=192.0.2.99;client_port=39998-39999',
  });
  const [, serverPort] = /server_port=(\d+)-/.exec(answer.headers.get('transport')!)!;
  const port = Number(serverPort);
  assert.ok(port >= 15_800 && port <= 15_878 && port % 2 === 0, serverPort);
  // What is sent to somebody else behind it has come: so has this, and at the next turn the server has heard it.
  const witness = createSocket('udp4');
  witness.bind(0, '127.0.0.1');
  await once(witness, 'listening');
  const heard = once(witness, 'message');
  for (const to of [port, witness.address().port]) player.send('hello', to, '127.0.0.1');
  await heard;
  await turn();
  mount.push(picture(0));
  const session = answer.headers.get('session')!.split(';')[0]!;
  await client.ask('PLAY', url, { Session: session });
  await until('a packet came', () => packets.length > 0);
  assert.deepEqual(readRtp(packets[0]!)?.payload, PARAMETERS.video!.sps);
  player.close();
  witness.close();
});
