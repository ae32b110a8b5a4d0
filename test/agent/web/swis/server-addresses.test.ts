import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServerAddresses } from '#agent/web/swis/server-addresses.ts';

test('addresses are known at once, names some moments later, and both with their ports', async () => {
  let nowMs = 0;
  const asked: string[] = [];
  const addressOf = openServerAddresses(
    () => nowMs,
    async (name) => {
      asked.push(name);
      if (name === 'nowhere.example') throw new Error('ENOTFOUND');
      return `10.0.0.${asked.length}`;
    },
  );
  assert.deepEqual(addressOf('rtmp://10.1.2.3/live/key'), { ip: '10.1.2.3', port: 1935 });
  assert.deepEqual(addressOf('srt://[::1]:9000?streamid=x'), { ip: '::1', port: 9000 });
  assert.equal(addressOf('no url'), undefined);
  assert.equal(addressOf('rtmps://cdn.example/app'), undefined);
  assert.equal(addressOf('rtmps://nowhere.example/app'), undefined);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(addressOf('rtmps://cdn.example/app'), { ip: '10.0.0.1', port: 443 });
  assert.equal(addressOf('rtmps://nowhere.example/app'), undefined);
  nowMs = 60_000;
  assert.deepEqual(
    addressOf('rtmps://cdn.example/app'),
    { ip: '10.0.0.1', port: 443 },
    'the old one until there is a new one',
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(addressOf('rtmps://cdn.example/app'), { ip: '10.0.0.4', port: 443 });
  assert.deepEqual(asked, ['cdn.example', 'nowhere.example', 'nowhere.example', 'cdn.example']);
});
