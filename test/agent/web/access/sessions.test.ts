import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openSessions, type SessionRules, type Sessions } from '#agent/web/access/sessions.ts';

interface Rig extends Disposable {
  sessions: Sessions;
  waitMs(ms: number): void;
}

function rig(rules: Partial<SessionRules> = {}): Rig {
  let nowMs = 5;
  const sessions = openSessions(() => nowMs, { idleMs: 100, briefIdleMs: 50, longestMs: 1000, most: 3, ...rules });
  return { sessions, waitMs: (ms) => void (nowMs += ms), [Symbol.dispose]: () => sessions.close() };
}

test('a session ends when it is not used, and in any case in the end', () => {
  using used = rig();
  const cookie = used.sessions.begin('user');
  for (let at = 0; at < 990; at += 90) {
    assert.equal(used.sessions.find(cookie)?.role, 'user', `after ${at} ms`);
    used.waitMs(90);
  }
  used.waitMs(10);
  assert.equal(used.sessions.find(cookie), undefined, 'its longest time is over');
  using idle = rig();
  const other = idle.sessions.begin('admin');
  idle.waitMs(100);
  assert.equal(idle.sessions.find(other), undefined);
});

test('what lasts keeps a session, and ends with it', () => {
  using box = rig();
  const cookie = box.sessions.begin('user');
  const ended: string[] = [];
  const letGo = box.sessions.find(cookie)?.hold(() => void ended.push('first'));
  box.sessions.find(cookie)?.hold(() => void ended.push('second'));
  box.waitMs(500);
  letGo?.();
  letGo?.();
  assert.ok(box.sessions.find(cookie), 'somebody still listens');
  box.sessions.end(cookie);
  assert.deepEqual(ended, ['second']);
  assert.equal(box.sessions.find(cookie), undefined);
});

test('idling begins when the last listener has gone', () => {
  using box = rig();
  const cookie = box.sessions.begin('user');
  const letGo = box.sessions.find(cookie)?.hold(() => undefined);
  box.waitMs(500);
  letGo?.();
  box.waitMs(99);
  assert.ok(box.sessions.find(cookie));
});

test('all sessions end together, with what a password by itself holds open', () => {
  using box = rig();
  const cookies = [box.sessions.begin('user'), box.sessions.begin('admin')];
  let ended = 0;
  box.sessions.hold(() => void ended++);
  box.sessions.hold(() => void ended++)();
  box.sessions.endAll();
  box.sessions.endAll();
  assert.equal(ended, 1);
  for (const cookie of cookies) assert.equal(box.sessions.find(cookie), undefined);
});

test('there are so many at once; the one that was not used for longest goes', () => {
  using box = rig();
  const [first = '', second = '', third = ''] = ['user', 'user', 'user'].map(() => box.sessions.begin('user'));
  box.sessions.find(first);
  box.sessions.begin('user');
  assert.ok(box.sessions.find(first) && box.sessions.find(third));
  assert.equal(box.sessions.find(second), undefined);
});

test('programs that sign in again and again push nobody out, and their sessions are brief', () => {
  using box = rig();
  const page = box.sessions.begin('admin');
  box.sessions.find(page)?.hold(() => undefined);
  const first = box.sessions.begin('user', 'brief');
  for (let times = 0; times < 10; times++) box.sessions.begin('user', 'brief');
  assert.ok(box.sessions.find(page), 'somebody listens by it');
  assert.equal(box.sessions.find(first), undefined);
  const last = box.sessions.begin('user', 'brief');
  box.waitMs(50);
  assert.equal(box.sessions.find(last), undefined);
});

test('a cookie that was made up is none', () => {
  using box = rig();
  const cookie = box.sessions.begin('user');
  for (const one of ['', '..', cookie.slice(1), `${cookie} `, 'x'.repeat(10_000)]) {
    assert.equal(box.sessions.find(one), undefined, one);
    box.sessions.end(one);
  }
  assert.ok(box.sessions.find(cookie));
});
