import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openApi, type Api } from '#agent/web/pages/shared/api.ts';

interface Sent {
  url: string;
  key: string | null;
}

/** An API whose network does what the test says, one answer after the other. */
function apiThat(...answers: (Response | 'cut')[]): {
  api: Api;
  sent: Sent[];
  waits: number[];
  strangers: () => number;
} {
  const sent: Sent[] = [];
  const waits: number[] = [];
  let [keys, strangers] = [0, 0];
  const api = openApi({
    async fetch(url, init) {
      sent.push({ url, key: new Headers(init.headers).get('idempotency-key') });
      const answer = answers.shift();
      if (!answer || answer === 'cut') throw new TypeError('failed to fetch');
      return answer;
    },
    onStranger: () => void (strangers += 1),
    newKey: () => `key-${++keys}`,
    pause: async (ms) => void waits.push(ms),
  });
  return { api, sent, waits, strangers: () => strangers };
}

test('a change that the network lost is sent again with the same key, the next one with another', async () => {
  const { api, sent, waits } = apiThat('cut', 'cut', Response.json({ ok: 1 }), Response.json({ ok: 2 }));
  assert.deepEqual(await api.send('POST', '/recording/mark'), { value: { ok: 1 } });
  assert.deepEqual(await api.send('POST', '/recording/mark'), { value: { ok: 2 } });
  assert.deepEqual(
    sent.map(({ key }) => key),
    ['key-1', 'key-1', 'key-1', 'key-2'],
  );
  assert.deepEqual(waits, [500, 1000]);
});

test('patience ends, and what is only asked is not asked again', async () => {
  const { api, sent } = apiThat();
  assert.equal((await api.send('POST', '/swap')).trouble?.status, 0);
  assert.equal(sent.length, 5);
  assert.equal((await api.get('/status')).trouble?.code, 'away');
  assert.equal(sent.length, 6);
});

test('a refusal keeps its words and its mistakes', async () => {
  const mistakes = [{ at: 'body.tint', text: 'too much' }];
  const error = { code: 'E13', text: 'body.tint: too much', mistakes };
  const { api } = apiThat(
    Response.json({ error }, { status: 400 }),
    new Response('<html>', { status: 502 }),
    Response.json({ error: { code: 'throttled', text: 'wait' } }, { status: 429, headers: { 'retry-after': '7' } }),
  );
  assert.deepEqual(await api.send('PATCH', '/x'), { trouble: { status: 400, ...error } });
  assert.deepEqual((await api.get('/y')).trouble, { status: 502, code: 'unknown', text: '502' });
  assert.equal((await api.get('/z')).trouble?.retryAfterS, 7);
});

test('who is not known any more is told to the page, but not when it asks who it is', async () => {
  const no = (): Response => Response.json({ error: { code: 'token', text: 'no' } }, { status: 401 });
  const { api, strangers } = apiThat(no(), no());
  await api.get('/session');
  assert.equal(strangers(), 0);
  await api.get('/status');
  assert.equal(strangers(), 1);
});
