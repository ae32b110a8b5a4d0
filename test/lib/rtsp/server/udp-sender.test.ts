import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test, type TestContext } from 'node:test';
import { openUdpSender, type UdpLane, type UdpSender } from '#lib/rtsp/server/udp-sender.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { fedMount, picture, startServer } from '../made-up-stream.ts';
import { openRawClient } from '../raw-client.ts';

/** A player's port that is there, or one at which nobody is any more. */
async function port(t: TestContext, isThere: boolean): Promise<{ number: number; got: () => number }> {
  const socket = createSocket('udp4');
  let count = 0;
  socket.on('message', () => void count++);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port: number } = socket.address();
  if (isThere) t.after(() => socket.close());
  else await new Promise<void>((resolve) => void socket.close(() => resolve()));
  return { number, got: () => count };
}

async function connected(t: TestContext, number: number): Promise<Socket> {
  const socket = createSocket('udp4').on('error', () => undefined);
  t.after(() => socket.close());
  socket.connect(number, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
}

interface Rig {
  sender: UdpSender;
  /** Sends so many packets of these tracks, `everyMs` apart by the sender's clock. */
  send: (tracks: readonly number[], packets: number, everyMs: number, rtcp?: boolean) => Promise<void>;
  wait: (ms: number) => void;
}

/** A sender to a player's ports of media and of reports, by track. */
async function rig(t: TestContext, ports: readonly { rtp: boolean; rtcp: boolean }[]): Promise<Rig> {
  const lanes = new Map<number, UdpLane>();
  for (const [track, { rtp, rtcp }] of ports.entries()) {
    const [media, reports] = [await port(t, rtp), await port(t, rtcp)];
    lanes.set(track, { rtp: await connected(t, media.number), rtcp: await connected(t, reports.number) });
  }
  let nowMs = 1_000_000;
  const sender = openUdpSender(lanes, () => nowMs);
  t.after(() => sender.close());
  return {
    sender,
    wait: (ms) => void (nowMs += ms),
    async send(tracks, packets, everyMs, rtcp = false) {
      for (let n = 0; n < packets; n += 1) {
        nowMs += everyMs;
        for (const track of tracks) sender.send({ track, rtcp, packets: [Buffer.alloc(100)] } as never);
        // The refusal of the last one is told with the next.
        await sleep(1);
      }
    },
  };
}

const THERE = { rtp: true, rtcp: true };
const GONE = { rtp: false, rtcp: false };

test('a player whose ports are gone is refused after some seconds, not before', async (t) => {
  const { sender, send } = await rig(t, [GONE, GONE]);
  await send([0, 1], 100, 20);
  assert.equal(sender.isRefused(), false, 'after 2 s');
  await send([0, 1], 100, 40);
  assert.equal(sender.isRefused(), true, 'after 6 s');
});

test('one that takes no reports, or no sound, listens all the same', async (t) => {
  const noReports = await rig(t, [{ rtp: true, rtcp: false }]);
  await noReports.send([0], 200, 50);
  await noReports.send([0], 200, 50, true);
  assert.equal(noReports.sender.isRefused(), false, 'no reports');
  const noSound = await rig(t, [THERE, GONE]);
  await noSound.send([0, 1], 200, 50);
  assert.equal(noSound.sender.isRefused(), false, 'no sound');
  const pictureAlone = await rig(t, [GONE, THERE]);
  await pictureAlone.send([0], 200, 50);
  assert.equal(pictureAlone.sender.isRefused(), true, 'the track of which nothing is sent says nothing');
});

test('a refusal now and then is no sign, however many there are in the end', async (t) => {
  const { sender, send, wait } = await rig(t, [GONE]);
  for (let times = 0; times < 30; times += 1) {
    await send([0], 3, 10);
    assert.equal(sender.isRefused(), false, `after ${times} times`);
    wait(60_000);
  }
});

test('the server ends a player by UDP whose ports are gone, though its connection stays; another plays on', async (t) => {
  const server = await startServer();
  t.after(() => server.close());
  const mount = fedMount(server);
  const play = async (at: readonly [number, number]) => {
    const client = await openRawClient(server.port);
    t.after(() => client.close());
    const url = `rtsp://127.0.0.1:${server.port}/extron1`;
    const set = await client.ask('SETUP', `${url}/trackID=0`, {
      Transport: `RTP/AVP;unicast;client_port=${at.join('-')}`,
    });
    assert.equal(set.status, 200);
    const session = (set.headers.get('session') ?? '').split(';')[0] ?? '';
    assert.equal((await client.ask('PLAY', url, { Session: session })).status, 200);
  };
  const [gone, there, reports] = [await port(t, false), await port(t, true), await port(t, true)];
  await play([gone.number, reports.number]);
  await play([there.number, reports.number]);
  let index = 0;
  const feeding = setInterval(() => mount.push(picture(index++)), 20);
  t.after(() => clearInterval(feeding));
  await until('both are played to', () => mount.players().length === 2);
  await until('one is ended', () => mount.players().length === 1);
  const before = there.got();
  await until('the other one gets more', () => there.got() > before + 10);
  assert.equal(mount.players().length, 1);
});
