import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { openDevice } from '#agent/device/device.ts';
import { factoryWanted, initialState } from '#agent/device/initial-state.ts';
import { openEventHub, type WebEvent } from '#agent/web/events/event-hub.ts';
import type { Clock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { until } from '#test/support/until.ts';
import { startFakeBox, TOKEN, type FakeBox } from '../fake-box.ts';

interface Heard {
  id: string;
  event: string;
  data: Record<string, unknown>;
}

/** Reads server-sent events, one at a time, as a browser does. */
async function listen(box: FakeBox, query = ''): Promise<{ next(): Promise<Heard>; stop(): void }> {
  const stop = new AbortController();
  const response = await box.ask(`/api/v1/events${query}`, { signal: stop.signal });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('content-type'), 'text/event-stream');
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  const next = async (): Promise<Heard> => {
    for (;;) {
      const end = rest.indexOf('\n\n');
      if (end >= 0) {
        const lines = rest.slice(0, end).split('\n');
        rest = rest.slice(end + 2);
        const field = (name: string) =>
          lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
        if (field('event')) return { id: field('id'), event: field('event'), data: JSON.parse(field('data')) as never };
        continue;
      }
      const chunk = await reader?.read();
      assert.ok(chunk && !chunk.done, 'the stream ended');
      rest += chunk.value;
    }
  };
  return { next, stop: () => stop.abort() };
}

/** What is so when one begins to listen. */
async function hearAll(events: { next(): Promise<Heard> }): Promise<void> {
  for (const type of ['state', 'recording', 'disk']) assert.equal((await events.next()).event, type);
}

const SESSION = { id: 't', via: 'panel', access: 'admin' } as const;

test('first the whole state, then each change as it happens, without secrets', async () => {
  await using box = await startFakeBox();
  const events = await listen(box);
  const first = await events.next();
  assert.deepEqual([first.id, first.event, Object.keys(first.data)], ['1', 'state', ['wanted', 'seen']]);
  const [recording, disk] = [await events.next(), await events.next()];
  assert.deepEqual([recording.event, recording.data['state']], ['recording', 'stopped']);
  assert.deepEqual([disk.event, Object.keys(disk.data)], ['disk', ['disk']]);

  await box.send('POST', '/api/v1/layouts/7/recall');
  const recalled = await events.next();
  assert.deepEqual([recalled.id, recalled.event], ['4', 'wanted']);
  assert.deepEqual(Object.keys(recalled.data).toSorted(), ['layout', 'layoutNumber']);

  const source = { driver: 'rtsp', url: 'rtsp://u:sesam@cam/x', transport: 'tcp', password: 'sesam' } as const;
  box.device.request({ name: 'input.set', params: { input: 1, source }, session: SESSION });
  assert.doesNotMatch(JSON.stringify(await events.next()), /sesam/);
  const seen = { status: 'lost', sinceMs: 5, reconnects: 1, error: 'rtsp://u:sesam@cam/x refused' } as const;
  box.device.observe({ fact: 'input', number: 1, seen });
  const lost = await events.next();
  assert.deepEqual([lost.event, lost.data['number']], ['input', 1]);
  assert.doesNotMatch(JSON.stringify(lost), /sesam/);

  const alarm = { name: 'video_loss', about: 'A', level: 'warning', text: 'no picture' } as const;
  box.device.observe({ fact: 'alarm', raise: alarm });
  assert.equal(((await events.next()).data['alarms'] as { text: string }[])[0]?.text, 'no picture');
  events.stop();
});

test('a recording is told with what it is about, a mark by itself', async () => {
  await using box = await startFakeBox();
  const events = await listen(box);
  await hearAll(events);
  await box.send('POST', '/api/v1/recording/start', { metadata: { title: 'T' } });
  assert.equal((await events.next()).event, 'wanted');
  const started = await events.next();
  assert.deepEqual([started.event, started.data['state']], ['recording', 'setup']);
  await box.send('POST', '/api/v1/recording/mark', { title: 'I' });
  const mark = await events.next();
  assert.deepEqual([mark.event, mark.data], ['mark', { title: 'I' }]);
  events.stop();
});

test('meters only for those who ask', async () => {
  await using box = await startFakeBox();
  const [with_, without] = await Promise.all([listen(box, '?meters=1'), listen(box)]);
  await Promise.all([hearAll(with_), hearAll(without)]);
  const level = { leftDb: -20, rightDb: -20 };
  box.device.observe({ fact: 'meters', seen: { A: level, B: level, output: level } });
  box.device.observe({ fact: 'frames', seen: { composed: 1, late: 0, dropped: 0 } });
  assert.equal((await with_.next()).event, 'meters');
  assert.equal((await with_.next()).event, 'frames');
  assert.equal((await without.next()).event, 'frames');
  with_.stop();
  without.stop();
});

test('nobody is told of counters faster than a page shows them, and the last word is always said', () => {
  let nowMs = 0;
  let timers: { dueMs: number; act: () => void }[] = [];
  const clock: Clock = {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs,
    at(dueMs, act) {
      const timer = { dueMs, act };
      timers.push(timer);
      return () => void (timers = timers.filter((one) => one !== timer));
    },
  };
  const initial = initialState(factoryWanted([]));
  const device = openDevice({ initial, factoryLayouts: [], clock, newId: () => 't', log: silentLog });
  const hub = openEventHub(device, clock);
  const heard: (WebEvent & { atMs: number })[] = [];
  const leave = hub.join((event) => void heard.push({ ...event, atMs: nowMs }));
  for (nowMs = 0; nowMs <= 3000; nowMs += 20) {
    for (const timer of timers.filter(({ dueMs }) => dueMs <= nowMs)) {
      timers = timers.filter((one) => one !== timer);
      timer.act();
    }
    const level = { leftDb: -nowMs, rightDb: -nowMs };
    if (nowMs <= 2500) {
      device.observe({ fact: 'meters', seen: { A: level, B: level, output: level } });
      device.observe({ fact: 'frames', seen: { composed: nowMs, late: 0, dropped: 0 } });
    }
  }
  const times = (type: string) => heard.filter((event) => event.type === type).map(({ atMs }) => atMs);
  assert.deepEqual(times('frames'), [0, 1000, 2000, 3000]);
  assert.ok(times('meters').length <= 5 * 3 + 1 && times('meters').length >= 12, String(times('meters')));
  const last = heard.findLast(({ type }) => type === 'meters')?.data as { output: { leftDb: number } };
  assert.equal(last.output.leftDb, -2500);
  leave();
  hub.close();
});

test('who does not read is dropped, and the others hear on', async () => {
  await using box = await startFakeBox();
  const deaf = connect(box.port, '127.0.0.1');
  deaf.write(`GET /api/v1/events HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`);
  deaf.pause();
  const events = await listen(box);
  await hearAll(events);
  const closed = new Promise((resolve) => deaf.on('close', resolve));
  deaf.on('error', () => undefined);
  const description = 'x'.repeat(1000);
  for (let round = 0; round < 12_000; round++) {
    box.device.request({ name: 'metadata.set', params: { description, title: String(round) }, session: SESSION });
    if (round % 20 !== 19) continue;
    for (let one = 0; one < 20; one++) {
      assert.equal((await events.next()).event, 'wanted');
      assert.equal((await events.next()).event, 'recording');
    }
  }
  deaf.resume();
  await closed;
  assert.ok(deaf.bytesRead < 12_000 * 1000, `${deaf.bytesRead} bytes`);
  events.stop();
});

test('so many listeners at most; the place of one who left is free', async () => {
  await using box = await startFakeBox({ limits: { listeners: 1 } });
  const events = await listen(box);
  await hearAll(events);
  const refused = await box.ask('/api/v1/events');
  assert.equal(refused.status, 503);
  assert.ok(refused.headers.get('retry-after'));
  events.stop();
  await until('there is room for another', async () => {
    const stop = new AbortController();
    const { status } = await box.ask('/api/v1/events', { signal: stop.signal });
    stop.abort();
    return status === 200;
  });
});

test('the server closes with listeners on it', async () => {
  const box = await startFakeBox();
  const events = await listen(box);
  await hearAll(events);
  await box[Symbol.asyncDispose]();
  await assert.rejects(events.next());
});
