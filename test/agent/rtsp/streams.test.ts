import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { StreamWanted } from '#agent/device/state.ts';
import { openStreams, type Streams } from '#agent/rtsp/streams.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import { startRtspServer, type RtspServer } from '#lib/rtsp/server/server.ts';
import { silentLog } from '#lib/runtime/log.ts';

const ARCHIVE: StreamWanted = { enabled: true, name: 'extron1' };
/** Channel B outside of dual mode. */
const OFF = { 'archive-b': { enabled: false, name: 'extron2' } };
const CONFIDENCE: StreamWanted = { enabled: true, name: 'extron3' };

async function open(t: TestContext): Promise<{ server: RtspServer; streams: Streams; paths: () => string[] }> {
  const server = await startRtspServer({ host: '127.0.0.1', port: 0, log: silentLog });
  t.after(() => server.close());
  const rings = { archive: openPacketRing(), 'archive-b': openPacketRing(), confidence: openPacketRing() };
  const streams = openStreams(server, rings, silentLog);
  return {
    server,
    streams,
    paths: () =>
      server
        .mounts()
        .map(({ path }) => path)
        .toSorted(),
  };
}

test('what is wanted is offered; what is off is not', async (t) => {
  const { streams, paths } = await open(t);
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
  streams.update({ ...OFF, archive: ARCHIVE, confidence: { ...CONFIDENCE, enabled: false } });
  assert.deepEqual(paths(), ['extron1']);
  streams.update({ ...OFF, archive: { ...ARCHIVE, name: 'main' }, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron3', 'main']);
  assert.deepEqual(streams.players(), { archive: 0, 'archive-b': 0, confidence: 0 });
  streams.close();
  assert.deepEqual(paths(), []);
});

test('channel B is offered in dual mode; of two streams with one name the archive has it', async (t) => {
  const { streams, paths } = await open(t);
  const channelB = { enabled: true, name: 'extron2' };
  streams.update({ archive: ARCHIVE, 'archive-b': channelB, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron2', 'extron3']);
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
  streams.update({ archive: ARCHIVE, 'archive-b': { ...channelB, name: 'extron1' }, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
  streams.update({ archive: ARCHIVE, 'archive-b': channelB, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron2', 'extron3']);
});

test('names may trade places', async (t) => {
  const { streams, paths } = await open(t);
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  streams.update({ ...OFF, archive: { ...ARCHIVE, name: 'extron3' }, confidence: { ...CONFIDENCE, name: 'extron1' } });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
});

test('a name that is taken costs its stream, not the other, and comes when it is free', async (t) => {
  const { server, streams, paths } = await open(t);
  const other = server.mount('extron1');
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
  other.close();
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  assert.deepEqual(paths(), ['extron1', 'extron3']);
});

test('what does not change is not touched', async (t) => {
  const { server, streams } = await open(t);
  streams.update({ ...OFF, archive: ARCHIVE, confidence: CONFIDENCE });
  let mounted = 0;
  const mount = server.mount.bind(server);
  server.mount = (...args) => {
    mounted++;
    return mount(...args);
  };
  streams.update({ ...OFF, archive: { ...ARCHIVE }, confidence: { ...CONFIDENCE } });
  assert.equal(mounted, 0);
});
