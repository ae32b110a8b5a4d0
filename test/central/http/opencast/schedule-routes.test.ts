import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { captureNowApi, recordingsApi } from '#central/http/opencast/schedule-routes.ts';
import { prolongAll } from '#central/timetable/capture-now.ts';
import { virtualClock } from '#test/support/virtual-clock.ts';
import { askOf, openRig } from '../../rig.ts';

const clock = virtualClock(0, Date.UTC(2026, 9, 19, 6));
const rig = await openRig([recordingsApi, captureNowApi], clock);
const ask = askOf(rig);
const { database } = rig.services;
await rig.addAgents('Amphi_D', 'Amphi_E');
after(() => rig.close());
beforeEach(() => database.deleteFrom('events').execute());

const at = (text: string): string => String(Date.parse(`${text}Z`));
const packageXml = (id: string, title = 'Anatomie'): string =>
  `<?xml version="1.0"?><oc:mediapackage xmlns:oc="http://mediapackage.opencastproject.org" id="${id}"><oc:title>${title}</oc:title><oc:series>UE5</oc:series><oc:creators><oc:creator>Mme Curie</oc:creator></oc:creators></oc:mediapackage>`;
const morning = {
  start: at('2026-10-19T08:00'),
  end: at('2026-10-19T10:00'),
  agent: 'Amphi_D',
  mediaPackage: packageXml('one'),
};
const events = () => database.selectFrom('events').selectAll().orderBy('starts_at').execute();
const revision = async (agent: string): Promise<number> =>
  (await database.selectFrom('agent_calendars').selectAll().where('agent', '=', agent).executeTakeFirst())
    ?.revision_ms ?? 0;

test('an event is scheduled with how it is recorded and processed', async () => {
  const made = await ask('POST', '/recordings/', {
    ...morning,
    wfproperties: 'straightToPublishing=true\norg.opencastproject.workflow.config.flag=x\n',
    agentparameters:
      'capture.device.names=Channel A,Channel B\norg.opencastproject.workflow.definition=fast\nlayout=7\n',
  });
  assert.deepEqual(
    [made.status, made.headers['location']],
    [201, 'http://localhost:80/recordings/one/mediapackage.xml'],
  );
  const [row] = await events();
  assert.deepEqual(
    [
      row?.id,
      row?.title,
      row?.series,
      row?.agent,
      row?.inputs,
      row?.workflow,
      row?.workflow_configuration,
      row?.agent_properties,
    ],
    [
      'one',
      'Anatomie',
      'UE5',
      'Amphi_D',
      ['Channel A', 'Channel B'],
      'fast',
      { straightToPublishing: 'true', flag: 'x' },
      { layout: '7' },
    ],
  );
  assert.deepEqual(
    row?.terms.map(({ name, value }) => `${name} ${value}`),
    ['title Anatomie', 'creator Mme Curie'],
  );
});

test('a hall that is taken is 409, in JSON that names who has it', async () => {
  await ask('POST', '/recordings/', morning);
  const taken = await ask('POST', '/recordings/', {
    ...morning,
    mediaPackage: packageXml('two', 'Chimie'),
    start: at('2026-10-19T09:59'),
  });
  assert.equal(taken.status, 409);
  assert.deepEqual(
    [taken.json.totalCount, taken.json.events[0].id, taken.json.events[0].title],
    ['1', 'one', 'Anatomie'],
  );
  assert.equal(
    (await ask('POST', '/recordings/', { ...morning, start: at('2026-10-20T08:00'), end: at('2026-10-20T09:00') }))
      .status,
    409,
    'the id is there',
  );
});

test('several by a rule, on the clock of the zone', async () => {
  const form = {
    rrule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30',
    start: at('2026-10-19T06:30'),
    end: at('2026-11-02T12:00'),
    duration: '7200000',
    tz: 'Europe/Paris',
    agent: 'Amphi_D',
    templateMp: packageXml('template'),
  };
  assert.equal((await ask('POST', '/recordings/multiple', form)).status, 201);
  assert.deepEqual(
    (await events()).map(({ title, starts_at }) => `${title} ${starts_at?.toISOString().slice(0, 16)}`),
    ['Anatomie 01 2026-10-19T06:30', 'Anatomie 02 2026-10-26T07:30', 'Anatomie 03 2026-11-02T07:30'],
  );
  assert.equal((await ask('POST', '/recordings/multiple', form)).status, 409);
  for (const wrong of [{ tz: 'Mars' }, { duration: '0' }, { rrule: 'x' }, { agent: '' }, { templateMp: '<x/>' }]) {
    assert.equal((await ask('POST', '/recordings/multiple', { ...form, ...wrong })).status, 400, JSON.stringify(wrong));
  }
});

test('an event is moved, changed and removed, and calendars tell of it', async () => {
  await ask('POST', '/recordings/', morning);
  const before = await revision('Amphi_D');
  assert.equal((await ask('PUT', '/recordings/one', { agent: 'Amphi_E', end: at('2026-10-19T09:00') })).status, 200);
  assert.ok((await revision('Amphi_D')) > before && (await revision('Amphi_E')) > 0);
  assert.equal((await ask('PUT', '/recordings/one', { mediaPackage: packageXml('one', 'Autre') })).status, 200);
  const [row] = await events();
  assert.deepEqual(
    [row?.title, row?.agent, row?.ends_at?.toISOString()],
    ['Autre', 'Amphi_E', '2026-10-19T09:00:00.000Z'],
  );
  await ask('POST', '/recordings/', { ...morning, mediaPackage: packageXml('two') });
  assert.equal((await ask('PUT', '/recordings/one', { agent: 'Amphi_D' })).status, 409);
  assert.equal((await ask('PUT', '/recordings/one', { end: at('2026-10-19T07:00') })).status, 400);
  const moved = await revision('Amphi_E');
  assert.equal((await ask('DELETE', '/recordings/one')).status, 200);
  assert.ok((await revision('Amphi_E')) > moved);
  assert.equal((await ask('DELETE', '/recordings/one')).status, 404);
  assert.equal((await ask('PUT', '/recordings/one', { agent: 'Amphi_D' })).status, 404);
});

test('conflicts are found before one schedules', async () => {
  await ask('POST', '/recordings/', morning);
  const query = (of: Record<string, string>): string => new URLSearchParams(of).toString();
  const free = query({ agent: 'Amphi_D', start: morning.end, end: at('2026-10-19T12:00') });
  for (const type of ['json', 'xml'])
    assert.equal((await ask('GET', `/recordings/conflicts.${type}?${free}`)).status, 204);
  const taken = query({ agent: 'Amphi_D', start: at('2026-10-19T09:00'), end: at('2026-10-19T12:00') });
  const found = await ask('GET', `/recordings/conflicts.json?${taken}`);
  assert.equal(found.status, 200);
  assert.deepEqual(found.json, {
    totalCount: '1',
    events: [
      {
        id: 'one',
        start: '2026-10-19T08:00:00Z',
        duration: 7_200_000,
        title: 'Anatomie',
        series: 'UE5',
        creators: { creator: 'Mme Curie' },
        media: '',
        metadata: '',
        attachments: '',
        publications: '',
      },
    ],
  });
  assert.match(
    (await ask('GET', `/recordings/conflicts.xml?${taken}`)).text,
    /<mediapackages xmlns="[^"]*"><mediapackage id="one"/,
  );
  const rule = query({
    agent: 'Amphi_D',
    start: at('2026-10-12T08:30'),
    end: at('2026-10-26T12:00'),
    rrule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=30',
    duration: '3600000',
    timezone: 'Europe/Paris',
  });
  assert.equal((await ask('GET', `/recordings/conflicts.json?${rule}`)).json.totalCount, '1');
  for (const wrong of ['', 'agent=x', 'agent=x&start=1&end=b', `${rule}&agent=x`.replace('duration', 'd')]) {
    assert.equal((await ask('GET', `/recordings/conflicts.json?${wrong}`)).status, 400, wrong);
  }
});

test('what is scheduled is listed, by agent and by time', async () => {
  await ask('POST', '/recordings/', morning);
  await ask('POST', '/recordings/', { ...morning, agent: 'Amphi_E', mediaPackage: packageXml('two') });
  const ids = async (query: string): Promise<string[]> => {
    const { json } = await ask('GET', `/recordings/recordings.json?${query}`);
    return json.events.map(({ id }: { id: string }) => id);
  };
  assert.deepEqual(await ids(''), ['one', 'two']);
  assert.deepEqual(await ids('agent=Amphi_E'), ['two']);
  assert.deepEqual(await ids(`startsfrom=${morning.start}&endsto=${morning.end}`), ['one', 'two']);
  assert.deepEqual(await ids(`startsfrom=${morning.end}`), []);
  assert.match((await ask('GET', '/recordings/recordings.xml?agent=Amphi_D')).text, /<mediapackage id="one"/);
  assert.equal((await ask('GET', '/recordings/recordings.json?startsto=x')).status, 400);
});

test('capture now: five minutes, lengthened by hand or by itself, until it is stopped or the next begins', async () => {
  const nowMs = clock.nowMs();
  const end = async (): Promise<number> => ((await events())[0]?.ends_at?.getTime() ?? 0) - nowMs;
  const begun = await ask('POST', '/recordings/capture/Amphi_D', { workflowDefinitionId: 'fast' });
  assert.equal(begun.status, 201);
  const [row] = await events();
  assert.deepEqual([row?.title, row?.workflow, await end()], ['Capture now event', 'fast', 300_000]);
  assert.equal((await ask('POST', '/recordings/capture/Amphi_D')).status, 409);
  assert.equal((await ask('PUT', '/recordings/capture/Amphi_D/prolong')).status, 200);
  assert.equal(await end(), 600_000);
  await prolongAll(rig.services);
  assert.equal(await end(), 600_000, 'there is time yet');
  clock.advance(520_000);
  await prolongAll(rig.services);
  assert.equal(await end(), 900_000);
  await ask('POST', '/recordings/', { ...morning, start: String(nowMs + 1_000_000), end: String(nowMs + 2_000_000) });
  await ask('PUT', '/recordings/capture/Amphi_D/prolong');
  assert.equal(await end(), 940_000, 'a minute before the next');
  assert.equal((await ask('DELETE', '/recordings/capture/Amphi_D')).status, 200);
  assert.equal(await end(), 520_000);
  assert.equal((await ask('DELETE', '/recordings/capture/Amphi_D')).status, 304);
  assert.equal((await ask('PUT', '/recordings/capture/Amphi_D/prolong')).status, 404);
});

test('capture now in a hall that nobody knows registers it for as long', async () => {
  await ask('POST', '/recordings/capture/Foyer');
  assert.equal(rig.services.roster.get('Foyer')?.configuration['org.opencastproject.registration.type'], 'ad-hoc');
  await ask('DELETE', '/recordings/capture/Foyer');
  assert.equal(rig.services.roster.get('Foyer'), undefined);
});

test('what is old and was never recorded is removed on demand', async () => {
  const old = { ...morning, start: at('2026-09-01T08:00'), end: at('2026-09-01T10:00') };
  await ask('POST', '/recordings/', old);
  await ask('POST', '/recordings/', { ...morning, mediaPackage: packageXml('two') });
  assert.equal((await ask('POST', '/recordings/removeOldScheduledRecordings', { buffer: '-1' })).status, 400);
  assert.equal((await ask('POST', '/recordings/removeOldScheduledRecordings', { buffer: '604800' })).status, 200);
  assert.deepEqual(
    (await events()).map(({ id }) => id),
    ['two'],
  );
});

test('what makes no sense is told, and agents may not schedule', async () => {
  for (const wrong of [
    { start: 'x' },
    { end: morning.start },
    { agent: ' ' },
    { mediaPackage: '' },
    { mediaPackage: '<a' },
    { mediaPackage: packageXml('x', '') },
  ]) {
    const { status, text } = await ask('POST', '/recordings/', { ...morning, ...wrong });
    assert.equal(status, 400, JSON.stringify(wrong));
    assert.ok(text.length > 10);
  }
  for (const as of ['agent', 'viewer'] as const)
    assert.equal((await ask('POST', '/recordings/', morning, { as })).status, 403);
});
