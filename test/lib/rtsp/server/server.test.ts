import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { readSenderReport } from '#lib/rtsp/wire/rtcp.ts';
import { readRtp } from '#lib/rtsp/wire/rtp.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { joinAac, joinedSoFar, joinH264 } from '../depacketise.ts';
import { fedMount, PARAMETERS, picture, sound, startServer } from '../made-up-stream.ts';
import { openRawClient, playTcp, type RawClient } from '../raw-client.ts';

const server = await startServer();
const mount = fedMount(server);
const url = `rtsp://127.0.0.1:${server.port}/extron1`;
after(() => server.close());

/** What came on a channel of RTP. A report may stand between them whenever five seconds are over, so that no number of frames tells what has come. */
const packetsOn = (client: RawClient, channel: number) =>
  client.frames.filter((frame) => frame.channel === channel).map(({ payload }) => readRtp(payload)!);
const hasCome = (client: RawClient, index: number): boolean => {
  const [nal] = picture(index).units;
  return joinedSoFar(packetsOn(client, 0).map(({ payload }) => payload)).some((come) => come.equals(nal!));
};

async function withClient(act: (client: RawClient) => Promise<void>): Promise<void> {
  const client = await openRawClient(server.port);
  try {
    await act(client);
  } finally {
    client.close();
  }
}

test('OPTIONS says in Public what is spoken, and echoes CSeq', () =>
  withClient(async (client) => {
    const reply = await client.ask('OPTIONS', '*', { CSeq: '4711' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('cseq'), '4711');
    assert.equal(
      reply.headers.get('public'),
      'OPTIONS, DESCRIBE, SETUP, PLAY, PAUSE, TEARDOWN, GET_PARAMETER, SET_PARAMETER',
    );
  }));

test('DESCRIBE gives parameter sets, tracks by name, and a base with a slash', () =>
  withClient(async (client) => {
    const reply = await client.ask('DESCRIBE', `${url}/`, { Accept: 'application/sdp' });
    assert.equal(reply.status, 200);
    assert.equal(reply.headers.get('content-base'), `${url}/`);
    assert.equal(reply.headers.get('content-type'), 'application/sdp');
    assert.match(reply.body, /sprop-parameter-sets=Z2QAH6zZQFAFuw==,aOvssiw=/);
    assert.match(reply.body, /profile-level-id=64001F/);
    assert.match(reply.body, /config=1190/);
    assert.match(reply.body, /a=control:trackID=0[\s\S]*a=control:trackID=1/);
  }));

test('a player is given all since the last key picture, reports first, and then what comes', () =>
  withClient(async (client) => {
    for (let index = 0; index < 35; index += 1) mount.push(picture(index));
    mount.push(sound(100));
    const session = await playTcp(client, url);
    await until('the fifth picture and the sound came', () => hasCome(client, 34) && packetsOn(client, 2).length > 0);
    mount.push(picture(35));
    await until('the sixth picture came', () => hasCome(client, 35));
    assert.deepEqual(
      client.frames.slice(0, 2).map(({ channel }) => channel),
      [1, 3],
    );
    const reports = client.frames.slice(0, 2).map(({ payload }) => readSenderReport(payload)!);
    assert.equal(reports[0]?.ntp, reports[1]?.ntp);
    const video = packetsOn(client, 0);
    const nals = joinH264(video.map(({ payload }) => payload));
    const expected = [30, 31, 32, 33, 34, 35].flatMap((index) => [...picture(index).units]);
    assert.deepEqual(nals, [PARAMETERS.video!.sps, PARAMETERS.video!.pps, ...expected]);
    assert.deepEqual(
      video.map(({ seq }) => seq),
      video.map((_, index) => (video[0]!.seq + index) & 0xffff),
    );
    const times = [...new Set(video.map(({ rtpTime }) => rtpTime))];
    assert.deepEqual(
      times.map((time) => time - times[0]!),
      [0, 6000, 12_000, 18_000, 24_000, 30_000],
    );
    const audio = packetsOn(client, 2);
    assert.deepEqual(joinAac(audio.map(({ payload }) => payload)), [...sound(100).units]);
    // Those of the tests before may be leaving.
    const player = mount.players().find(({ id }) => id === session);
    assert.equal(player?.transport, 'tcp');
    assert.equal(player?.droppedPackets, 0);
    assert.ok(player.sentBytes > 12_000);
  }));

test('RTP-Info and Range tell where it begins', () =>
  withClient(async (client) => {
    mount.push(picture(60));
    const setUp = await client.ask('SETUP', `${url}/trackID=0`, { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' });
    assert.match(setUp.headers.get('session')!, /^[0-9A-F]{16};timeout=60$/);
    const session = setUp.headers.get('session')!;
    const reply = await client.ask('PLAY', url, { Session: session, Range: 'npt=0.000-' });
    assert.equal(reply.headers.get('range'), 'npt=now-');
    const info = new RegExp(`^url=${url}/trackID=0;seq=(\\d+);rtptime=(\\d+)$`).exec(reply.headers.get('rtp-info')!);
    await until('it plays', () => packetsOn(client, 0).length > 0);
    const first = packetsOn(client, 0)[0]!;
    assert.equal(first.seq, Number(info?.[1]));
    assert.equal(first.rtpTime, Number(info?.[2]));
  }));

test('channels are those the player names', () =>
  withClient(async (client) => {
    mount.push(picture(90));
    mount.push(sound(1));
    await playTcp(client, url, [6, 10]);
    await until('picture and sound came', () => [6, 10].every((channel) => packetsOn(client, channel).length > 0));
    assert.deepEqual(new Set(client.frames.map(({ channel }) => channel)), new Set([6, 7, 10, 11]));
  }));

test('pause stops, play begins again on the key picture', () =>
  withClient(async (client) => {
    mount.push(picture(120));
    const session = await playTcp(client, url);
    await until('it plays', () => hasCome(client, 120));
    assert.equal((await client.ask('PAUSE', url, { Session: session })).status, 200);
    const count = client.frames.length;
    mount.push(picture(121));
    await sleep(60);
    assert.equal(client.frames.length, count);
    assert.equal((await client.ask('PLAY', url, { Session: session })).status, 200);
    const again = (): Buffer[] =>
      client.frames.flatMap(({ channel, payload }, at) =>
        at >= count && channel === 0 ? [readRtp(payload)!.payload] : [],
      );
    await until('it plays again', () => again().length > 0);
    assert.deepEqual(again()[0], PARAMETERS.video!.sps);
  }));

test('the wrong thing at the wrong time has its number', () =>
  withClient(async (client) => {
    const tcp = { Transport: 'RTP/AVP/TCP;unicast;interleaved=0-1' };
    const status = async (...request: Parameters<RawClient['ask']>): Promise<number> =>
      (await client.ask(...request)).status;
    assert.equal(await status('DESCRIBE', url.replace('extron1', 'nothing')), 404);
    assert.equal(await status('DESCRIBE', url, { Accept: 'text/plain' }), 406);
    assert.equal(await status('DESCRIBE', 'http://h/extron1'), 400);
    assert.equal(await status('SETUP', `${url}/trackID=7`, tcp), 404);
    assert.equal(await status('SETUP', url, tcp), 459);
    assert.equal(
      await status('SETUP', `${url}/trackID=0`, { Transport: 'RTP/SAVP;unicast;client_port=5000-5001' }),
      461,
    );
    assert.equal(await status('SETUP', `${url}/trackID=0`, { Transport: 'RTP/AVP;multicast' }), 461);
    assert.equal(await status('SETUP', `${url}/trackID=0`), 461);
    assert.equal(await status('PLAY', url), 454);
    assert.equal(await status('PLAY', url, { Session: 'NOTMINE' }), 454);
    assert.equal(await status('TEARDOWN', url), 454);
    assert.equal(await status('RECORD', url), 405);
    assert.equal(await status('ANNOUNCE', url), 405);
    assert.equal(await status('FLY', url), 501);
    assert.equal(await status('OPTIONS', url, { Require: 'magic' }), 551);
    assert.equal(await status('OPTIONS', url, { CSeq: 'x' }), 400);
    assert.equal(await status('GET_PARAMETER', url, { Session: 'NOTMINE' }), 454);
    assert.equal(await status('GET_PARAMETER', url), 200);
    const session = await playTcp(client, url);
    assert.equal(await status('SETUP', `${url}/trackID=0`, { ...tcp, Session: session }), 455);
    assert.equal(await status('PLAY', url, { Session: session }), 200);
    assert.equal(await status('SET_PARAMETER', url, { Session: session }), 200);
    assert.equal(await status('TEARDOWN', url, { Session: session }), 200);
    assert.equal(await status('PLAY', url, { Session: session }), 454);
  }));

test('the session of one connection is not another one’s', () =>
  withClient(async (client) => {
    const session = await playTcp(client, url);
    await withClient(async (other) => {
      for (const method of ['PLAY', 'PAUSE', 'TEARDOWN', 'GET_PARAMETER']) {
        assert.equal((await other.ask(method, `${url}/trackID=0`, { Session: session })).status, 454, method);
      }
    });
    assert.ok(mount.players().some(({ id }) => id === session));
  }));

test('after the encoder broke, a player waits for a key picture', () =>
  withClient(async (client) => {
    mount.push(picture(150));
    mount.breakOff();
    await playTcp(client, url);
    mount.push(picture(151));
    await sleep(60);
    assert.equal(client.frames.length, 0);
    mount.push(picture(180));
    await until('it plays', () => packetsOn(client, 0).length > 0);
    assert.deepEqual(packetsOn(client, 0)[0]!.payload, PARAMETERS.video!.sps);
  }));

test('a mount without parameters yet is waited for', async () => {
  const late = server.mount('late');
  await withClient(async (client) => {
    setTimeout(() => late.setParameters({ audio: PARAMETERS.audio! }), 100);
    const reply = await client.ask('DESCRIBE', url.replace('extron1', 'late'));
    assert.equal(reply.status, 200);
    assert.match(reply.body, /m=audio/);
  });
  late.close();
  assert.throws(() => server.mount('extron1'), /taken/);
});

test('players that cannot follow new sound are sent away; those of a closed mount too, with a goodbye', async () => {
  const other = fedMount(server, 'other');
  other.push(picture(0));
  const [first, second] = [await openRawClient(server.port), await openRawClient(server.port)];
  await playTcp(first, url.replace('extron1', 'other'));
  other.setParameters({ ...PARAMETERS, video: { ...PARAMETERS.video!, pps: Buffer.from('68ee3cb0', 'hex') } });
  other.push(picture(30));
  await first.framesReach(8);
  assert.equal(other.players().length, 1);
  other.setParameters({ video: PARAMETERS.video! });
  await first.closed;
  await playTcp(second, url.replace('extron1', 'other'), [0]);
  other.close();
  await second.closed;
  assert.equal(second.frames.at(-1)?.channel, 1);
  assert.equal(second.frames.at(-1)?.payload[9], 203);
  assert.equal(
    server.mounts().some(({ path }) => path === 'other'),
    false,
  );
});

test('no more sessions than allowed', async () => {
  const small = await startServer({ maxSessions: 1 });
  const watched = fedMount(small);
  const [first, second] = [await openRawClient(small.port), await openRawClient(small.port)];
  await playTcp(first, url);
  await assert.rejects(playTcp(second, url), /SETUP: 453/);
  first.close();
  await until('the server has seen it go', () => watched.players().length === 0);
  await playTcp(second, url);
  await small.close();
});

test('IPv6 works as IPv4 does', async () => {
  const six = await startServer({ host: '::1' });
  fedMount(six).push(picture(0));
  const client = await openRawClient(six.port, '::1');
  await playTcp(client, `rtsp://[::1]:${six.port}/extron1`);
  await client.framesReach(5);
  await six.close();
});
