import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startFakeBox } from '../fake-box.ts';
import { result, set, wanted } from './asking.ts';

test('channel B is encoder 2 and streamer 2 in dual mode, and nothing in the other', async () => {
  await using box = await startFakeBox();
  const nothing = { stream_enable: 0, resolution: '', frame_rate: 0, bitrate: 0, players: 0 };
  assert.deepEqual(await result(box, '/encoder/2'), nothing);
  assert.equal((await set(box, '/encoder/2/stream_enable', 1)).meta.status, 'E14');
  assert.equal((await set(box, '/streamer/rtmp/2', { pub_url: 'rtmp://h/live/b' })).meta.status, 'E13');
  const session = { id: 't', via: 'panel', access: 'admin' } as const;
  box.device.request({ name: 'encoder.mode', params: { mode: 'dual' }, session });
  const { widthPx, heightPx, fps } = wanted(box).encoders['archive-b'];
  for (const on of [0, 1]) {
    assert.equal((await set(box, '/encoder/2/stream_enable', on)).result, on);
    assert.deepEqual(await result(box, '/encoder/2'), {
      ...nothing,
      stream_enable: on,
      resolution: `${widthPx}x${heightPx}`,
      frame_rate: fps,
    });
  }
  await set(box, '/streamer/rtmp/2', { pub_url: 'rtmp://h/live/b' });
  assert.equal((await set(box, '/streamer/rtmp/2/pub_control', 1)).result, 1);
  assert.deepEqual(
    wanted(box).pushes.map(({ stream, url, enabled }) => [stream, url, enabled]),
    [['archive-b', 'rtmp://h/live/b', true]],
  );
});
