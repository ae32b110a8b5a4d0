import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { newHandOver } from '#agent/schedule/hand-over/hand-over.ts';
import { openHandOverStore, type HandOverStore } from '#agent/schedule/hand-over/hand-over-store.ts';
import { ServerTrouble } from '#agent/schedule/server/answer.ts';
import { checkServer } from '#agent/schedule/server/checks.ts';
import type { AgentDetails, Opencast } from '#agent/schedule/server/opencast.ts';
import { openReporter, type Reporter } from '#agent/schedule/server/reporter.ts';
import type { AgentState } from '#lib/opencast/agent-state.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { EIGHT, folderFor, keepingLog, plannedOf } from '../samples.ts';

interface Bench {
  clock: VirtualClock;
  store: HandOverStore;
  reporter: Reporter;
  told: string[];
  state: AgentState;
  hall: string;
  details: AgentDetails;
  capturing: string | undefined;
  /** What the server answers to something told, instead of success. */
  trouble: (what: string) => Error | undefined;
  takesDetails: boolean;
  reached: (string | undefined)[];
  /** Waits until all is told; gives what was. */
  idle: () => Promise<string[]>;
}

async function bench(
  t: TestContext,
  prepare: (store: HandOverStore) => Promise<void> = async () => undefined,
): Promise<Bench> {
  const { log } = keepingLog();
  const store = await openHandOverStore(await folderFor(t), log);
  await prepare(store);
  const clock = virtualClock(0, EIGHT);
  const made = {
    clock,
    store,
    told: [],
    state: 'idle',
    hall: 'D',
    reached: [],
    takesDetails: true,
  } as unknown as Bench;
  made.details = { alarms: [], handOvers: [] };
  made.trouble = () => undefined;
  const tell = async (what: string): Promise<void> => {
    made.told.push(what);
    const trouble = made.trouble(what);
    if (trouble) throw trouble;
  };
  const opencast = {
    setState: (state: AgentState, address: string) => tell(`state ${state} ${address}`),
    setConfiguration: ({ hall }: { hall: string }) => tell(`configuration ${hall}`),
    setRecordingState: (event: string, state: string) => tell(`${event} ${state}`).then(() => true),
    tellDetails: ({ alarms }: AgentDetails) => tell(`details ${alarms.length}`).then(() => made.takesDetails),
  } as unknown as Opencast;
  made.reporter = openReporter({
    opencast,
    clock,
    log,
    store,
    everyMs: 30_000,
    state: () => made.state,
    address: () => 'http://box',
    configuration: () => ({ hall: made.hall }),
    details: () => made.details,
    capturing: () => made.capturing,
    onReached: (trouble) => made.reached.push(trouble),
  });
  made.idle = async () => {
    await until('it rests', async () => {
      await sleep(2);
      return clock.waiting > 0;
    });
    return made.told.splice(0);
  };
  t.after(() => made.reporter.close());
  return made;
}

test('first all is told, then the state at each interval', async (t) => {
  const { clock, idle, reached } = await bench(t);
  assert.deepEqual(await idle(), ['state idle http://box', 'configuration D', 'details 0']);
  clock.advance(29_999);
  assert.deepEqual(await idle(), []);
  clock.advance(1);
  assert.deepEqual(await idle(), ['state idle http://box']);
  assert.deepEqual(reached, [undefined, undefined]);
});

test('a change is told at once, and only what changed', async (t) => {
  const made = await bench(t);
  await made.idle();
  made.reporter.look();
  assert.deepEqual(await made.idle(), []);
  made.state = 'capturing';
  made.reporter.look();
  assert.deepEqual(await made.idle(), ['state capturing http://box']);
  made.hall = 'E';
  made.reporter.look();
  assert.deepEqual(await made.idle(), ['configuration E']);
});

test('details are told with the state when they changed; a server that takes none is not asked again', async (t) => {
  const made = await bench(t);
  await made.idle();
  const alarm = { name: 'disk_space', text: '', level: 'warning', sinceMs: 1 };
  made.details = { alarms: [alarm], handOvers: [] };
  made.reporter.look();
  assert.deepEqual(await made.idle(), [], 'not between the beats');
  made.takesDetails = false;
  made.clock.advance(30_000);
  assert.deepEqual(await made.idle(), ['state idle http://box', 'details 1']);
  made.details = { alarms: [alarm, alarm], handOvers: [] };
  made.clock.advance(30_000);
  assert.deepEqual(await made.idle(), ['state idle http://box']);
});

test('a server that is away is asked each 5 s, and told all anew when it is back', async (t) => {
  const made = await bench(t);
  await made.idle();
  made.trouble = () => new ServerTrouble('unreachable', 'nobody listens there');
  made.clock.advance(30_000);
  assert.deepEqual(await made.idle(), ['state idle http://box']);
  made.reporter.look();
  assert.deepEqual(await made.idle(), [], 'a change does not make it ask more often');
  made.clock.advance(4999);
  assert.deepEqual(await made.idle(), []);
  made.trouble = () => undefined;
  made.clock.advance(1);
  assert.deepEqual(await made.idle(), ['state idle http://box', 'configuration D', 'details 0']);
  assert.deepEqual(made.reached, [undefined, 'nobody listens there', undefined]);
});

test('a configuration that is not taken does not keep the rest; another trouble does', async (t) => {
  const made = await bench(t);
  await made.idle();
  made.trouble = (what) => (what.startsWith('configuration') ? new ServerTrouble('forbidden', 'no') : undefined);
  made.hall = 'E';
  made.reporter.look();
  await made.idle();
  assert.equal(made.reached.at(-1), undefined);
  made.reporter.look();
  assert.deepEqual(await made.idle(), [], 'and it is not tried again');
  made.trouble = (what) => (what.startsWith('configuration') ? new ServerTrouble('busy', 'later') : undefined);
  made.hall = 'F';
  made.reporter.look();
  await made.idle();
  assert.equal(made.reached.at(-1), 'later');
});

test('the states of recordings are told in order, each until the server has it', async (t) => {
  const booking = plannedOf('event', 0, 60);
  const made = await bench(t, async (store) => {
    await store.put({ ...newHandOver('a', 1, booking), tell: ['capturing', 'capture_finished'] });
    await store.put({ ...newHandOver('hand', 2), tell: ['uploading'] });
    await store.put({ ...newHandOver('none', 3), tell: ['capture_error'] });
    await store.put({
      ...newHandOver('feed', 4, { ...booking, source: 'ical' }),
      mediaPackageId: 'mp',
      tell: ['uploading'],
    });
  });
  made.trouble = (what) => (what === 'event capture_finished' ? new ServerTrouble('busy', 'later') : undefined);
  const first = await made.idle();
  assert.deepEqual(first.slice(2), ['event capturing', 'event capture_finished']);
  assert.deepEqual(made.store.find('a')?.tell, ['capture_finished']);
  made.trouble = () => undefined;
  made.clock.advance(5000);
  const second = await made.idle();
  assert.deepEqual(second.slice(2), ['event capture_finished', 'mp uploading']);
  assert.deepEqual(
    ['a', 'hand', 'none', 'feed'].map((take) => made.store.find(take)?.tell),
    [[], ['uploading'], [], []],
    'without an event the upload waits for one, and the rest is for nobody',
  );
});

test('that it is capturing is repeated each minute, since a server that was away may not know', async (t) => {
  const made = await bench(t);
  await made.idle();
  made.capturing = 'event';
  made.reporter.look();
  assert.deepEqual(await made.idle(), [], 'the hand-over tells it the first time');
  const told: string[] = [];
  for (let beat = 0; beat < 5; beat++) {
    made.clock.advance(30_000);
    told.push((await made.idle()).includes('event capturing') ? 'yes' : 'no');
  }
  assert.deepEqual(told, ['no', 'no', 'yes', 'no', 'no']);
  made.capturing = 'other';
  made.reporter.look();
  assert.deepEqual(await made.idle(), []);
});

test('a box that ends says so, unless the server was away', async (t) => {
  const made = await bench(t);
  await made.idle();
  await made.reporter.close();
  assert.deepEqual(made.told.splice(0), ['state offline http://box']);
  made.reporter.look();
  made.clock.advance(100_000);
  assert.deepEqual(made.told, []);
  const away = await bench(t);
  away.trouble = () => new Error('away');
  await away.idle();
  await away.reporter.close();
  assert.deepEqual(away.told, []);
});

test('a check goes through the server step by step, and stops at the first that fails', async () => {
  const wrong = new Set<string>();
  const act = async (what: string): Promise<void> => {
    if (wrong.has(what)) throw new ServerTrouble('login', `${what}: user or password are wrong`);
  };
  const opencast = {
    settings: { url: 'https://oc', agent: 'D', services: {} },
    locate: (service: string) => act('services').then(() => `https://oc/${service}`),
    setState: () => act('agent'),
    calendar: () => act('calendar').then(() => ({ drop: () => undefined })),
  } as unknown as Opencast;
  const check = async (): Promise<[string, boolean, string][]> =>
    (await checkServer(opencast, 'idle', 'http://box')).map(({ what, ok, text }) => [what, ok, text]);
  assert.deepEqual(await check(), [
    ['services', true, 'ingest is at https://oc/ingest'],
    ['agent', true, 'D is registered, and idle'],
    ['calendar', true, 'the calendar of D can be read'],
  ]);
  wrong.add('agent');
  assert.deepEqual((await check()).slice(1), [['agent', false, 'agent: user or password are wrong']]);
  wrong.add('services');
  assert.equal((await check()).length, 1);
});
