import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startOpencast } from '../../../support/opencast/server.ts';
import { until } from '../../../support/until.ts';
import { openScheduleRig } from '../../../support/schedule-rig.ts';

const isDetails = (line: string): boolean => line.includes('/details');

test('a server of ours is told what is amiss, when it changes', async () => {
  await using server = await startOpencast();
  const details: object[] = [];
  server.details = details;
  const settings = { opencast: { url: server.url, user: 'capture', pollSeconds: 2, stateSeconds: 2 } };
  await using rig = await openScheduleRig({ settings });
  await until('it is told that nothing is', () => details.length > 0);
  assert.deepEqual(details, [{ alarms: [], handOvers: [] }]);
  const alarm = { name: 'disk_space', about: 'internal', level: 'warning', text: '9 % free' } as const;
  rig.device.observe({ fact: 'alarm', raise: alarm });
  await until('it is told of the alarm', () => details.length > 1);
  const { alarms } = details[1] as { alarms: { name: string; text: string; level: string }[] };
  assert.deepEqual(
    alarms.map(({ name, text, level }) => [name, text, level]),
    [['disk_space', '9 % free', 'warning']],
  );
  rig.device.observe({ fact: 'alarm', raise: { ...alarm, text: `half \ud83d, \0 of it`, about: 'feed' } });
  await until('a text that no database keeps comes as one that it keeps', () => details.length > 2);
  const texts = (details[2] as { alarms: { text: string }[] }).alarms.map(({ text }) => text);
  assert.ok(texts.includes('half \ufffd,  of it'), JSON.stringify(texts));
});

test('any other server is asked once, and all goes on', async () => {
  await using server = await startOpencast();
  const settings = { opencast: { url: server.url, user: 'capture', pollSeconds: 2, stateSeconds: 2 } };
  await using rig = await openScheduleRig({ settings });
  const states = (): number => server.asked.filter(({ path }) => /\/capture-admin\/agents\/[^/]+$/.test(path)).length;
  await until('it is told the state twice', () => states() >= 2);
  assert.deepEqual(rig.device.state().seen.alarms, []);
  assert.equal(server.asked.filter(({ path }) => isDetails(path)).length, 1);
});
