import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import type { AskOptions } from '../../rig.ts';
import { metadataOf, openApiRig } from './api-rig.ts';

const rig = await openApiRig();
const { ask } = rig;
await rig.addAgents('Amphi_D', 'Amphi_E');
after(() => rig.close());
beforeEach(async () => {
  await rig.services.database.deleteFrom('events').execute();
  await rig.services.database.deleteFrom('series').execute();
});

const morning = {
  agent_id: 'Amphi_D',
  start: '2026-10-19T06:30:00Z',
  end: '2026-10-19T08:30:00Z',
  inputs: ['Channel A'],
};
const words = {
  title: 'Anatomie',
  subjects: ['Médecine', 'PAES'],
  description: 'Le cœur',
  creator: ['Mme Curie'],
  isPartOf: 'PAES_2016_S2',
};
const make = async (scheduling: object = morning, metadata: object = words, more: AskOptions = {}) => {
  const reply = await ask(
    'POST',
    '/api/events',
    { metadata: metadataOf(metadata as Record<string, unknown>), scheduling, acl: [] },
    { multipart: true, ...more },
  );
  return { ...reply, id: reply.json?.identifier as string };
};
const revisions = async () => {
  const rows = await rig.services.database.selectFrom('agent_calendars').selectAll().execute();
  return Object.fromEntries(rows.map(({ agent, revision_ms }) => [agent, revision_ms]));
};

test('an event is made, and told with the shape of the External API', async () => {
  const acl = [{ action: 'read', role: 'ROLE_USER' }];
  const processing = { workflow: 'fast', configuration: { straightToPublishing: 'true' } };
  const made = await ask(
    'POST',
    '/api/events',
    { metadata: metadataOf(words), scheduling: morning, acl, processing },
    { multipart: true },
  );
  assert.equal(made.status, 201);
  const { identifier } = made.json;
  assert.equal(made.headers['location'], `http://localhost:80/api/events/${identifier}`);
  const found = await ask('GET', `/api/events/${identifier}?withacl=true&withscheduling=true`);
  assert.equal(found.type, 'application/v1.11.0+json');
  assert.deepEqual(found.json, {
    identifier,
    created: '2026-10-19T06:30:00Z',
    creator: 'scheduler',
    contributor: [],
    description: 'Le cœur',
    has_previews: false,
    location: 'Amphi_D',
    presenter: ['Mme Curie'],
    language: '',
    rightsholder: '',
    license: '',
    is_part_of: 'PAES_2016_S2',
    series: '',
    source: '',
    status: 'EVENTS.EVENTS.STATUS.SCHEDULED',
    publication_status: [],
    processing_state: '',
    start: '2026-10-19T06:30:00Z',
    duration: 7_200_000,
    subjects: ['Médecine', 'PAES'],
    title: 'Anatomie',
    acl: [{ allow: true, action: 'read', role: 'ROLE_USER' }],
    scheduling: { agent_id: 'Amphi_D', start: morning.start, end: morning.end, inputs: ['Channel A'] },
  });
  const row = await rig.services.database.selectFrom('events').selectAll().executeTakeFirstOrThrow();
  assert.deepEqual([row.workflow, row.workflow_configuration], ['fast', { straightToPublishing: 'true' }]);
});

test('versions: what is asked for, the newest, and 406', async () => {
  const { id } = await make();
  const old = await ask('GET', `/api/events/${id}`, undefined, { accept: 'application/v1.0.0+json' });
  assert.equal(old.type, 'application/v1.0.0+json');
  assert.equal('is_part_of' in old.json, false);
  for (const accept of ['application/json', '*/*', 'text/html, application/v1.11.0+json;q=0.9']) {
    assert.equal((await ask('GET', '/api/events', undefined, { accept })).type, 'application/v1.11.0+json', accept);
  }
  assert.equal((await ask('GET', '/api/events', undefined, { accept: 'application/v2.0.0+json' })).status, 406);
});

test('a hall that is taken: 409 names who has it, and nothing is written', async () => {
  await make();
  for (const [start, end] of [
    ['2026-10-19T08:29:00Z', '2026-10-19T09:00:00Z'],
    ['2026-10-19T06:00:00Z', '2026-10-19T09:00:00Z'],
    ['2026-10-19T07:00:00Z', '2026-10-19T07:01:00Z'],
  ]) {
    const taken = await make({ ...morning, start, end });
    assert.equal(taken.status, 409);
    assert.equal(taken.type, 'application/v1.11.0+json');
    assert.deepEqual(taken.json, [{ start: morning.start, end: morning.end, title: 'Anatomie' }]);
  }
  assert.equal(
    (await make({ ...morning, start: morning.end, end: '2026-10-19T09:00:00Z' })).status,
    201,
    'back to back',
  );
  assert.equal((await make({ ...morning, agent_id: 'Amphi_E' })).status, 201);
  assert.equal((await ask('GET', '/api/events')).json.length, 3);
});

test('a rule makes one event a day, on the clock of the hall over the change of the clocks', async () => {
  const scheduling = {
    agent_id: 'Amphi_D',
    start: '2026-10-19T06:30:00Z',
    end: '2026-10-28T08:00:00Z',
    duration: 5_400_000,
    rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;BYHOUR=6;BYMINUTE=30',
  };
  const made = await make(scheduling);
  assert.equal(made.status, 200);
  assert.equal(made.json.length, 4);
  const all = await ask('GET', '/api/events?sort=start_date:ASC');
  assert.deepEqual(
    all.json.map(({ title, start }: { title: string; start: string }) => `${title} ${start}`),
    [
      'Anatomie 01 2026-10-19T06:30:00Z',
      'Anatomie 02 2026-10-21T06:30:00Z',
      'Anatomie 03 2026-10-26T07:30:00Z',
      'Anatomie 04 2026-10-28T07:30:00Z',
    ],
  );
  const again = await make(scheduling);
  assert.deepEqual([again.status, again.json.length], [409, 4]);
  for (const wrong of [
    { ...scheduling, duration: undefined },
    { ...scheduling, rrule: 'FREQ=NEVER' },
    { ...scheduling, rrule: 'FREQ=DAILY', duration: 90_000_000 },
  ]) {
    assert.equal((await make(wrong)).status, 400);
  }
});

test('moving, shortening and changing halls change the calendars of both halls', async () => {
  const { id } = await make();
  const before = await revisions();
  const scheduling = { agent_id: 'Amphi_E', start: '2026-10-20T06:30:00Z', duration: '3600000' };
  assert.equal((await ask('PUT', `/api/events/${id}/scheduling`, { scheduling })).status, 204);
  assert.deepEqual((await ask('GET', `/api/events/${id}/scheduling`)).json, {
    agent_id: 'Amphi_E',
    start: '2026-10-20T06:30:00Z',
    end: '2026-10-20T07:30:00Z',
    inputs: ['Channel A'],
  });
  const moved = await revisions();
  for (const agent of ['Amphi_D', 'Amphi_E']) assert.notEqual(moved[agent], before[agent], agent);
  assert.equal((await ask('PUT', `/api/events/${id}/scheduling`, { scheduling: { duration: 1_800_000 } })).status, 204);
  assert.equal((await ask('GET', `/api/events/${id}/scheduling`)).json.end, '2026-10-20T07:00:00Z');
  assert.equal((await ask('DELETE', `/api/events/${id}`)).status, 204);
  assert.notEqual((await revisions())['Amphi_E'], moved['Amphi_E']);
  for (const method of ['GET', 'DELETE'] as const) assert.equal((await ask(method, `/api/events/${id}`)).status, 404);
});

test('moving onto another is refused; an admin may, and who made both', async () => {
  const other = await make();
  await rig.services.database
    .updateTable('audit_log')
    .set({ account: 'somebody' })
    .where('object', '=', other.id)
    .execute();
  const { id } = await make({ ...morning, agent_id: 'Amphi_E' });
  const scheduling = { agent_id: 'Amphi_D', end: morning.end };
  assert.equal((await ask('PUT', `/api/events/${id}/scheduling`, { scheduling })).status, 409);
  assert.equal((await ask('PUT', `/api/events/${id}/scheduling`, { scheduling, allowConflict: 'true' })).status, 409);
  assert.equal(
    (await ask('PUT', `/api/events/${id}/scheduling`, { scheduling, allowConflict: 'true' }, { as: 'admin' })).status,
    204,
  );
});

test('metadata: all, of one type, changed, never deleted', async () => {
  const { id } = await make();
  const all = (await ask('GET', `/api/events/${id}/metadata`)).json;
  assert.deepEqual(
    all.map(({ flavor, label }: Record<string, string>) => [flavor, label]),
    [['dublincore/episode', 'EVENTS.EVENTS.DETAILS.CATALOG.EPISODE']],
  );
  const put = await ask('PUT', `/api/events/${id}/metadata?type=dublincore/episode`, {
    metadata: [
      { id: 'title', value: 'Le cœur' },
      { id: 'creator', value: ['M. Lévy', 'Mme Noël'] },
      { id: 'isPartOf', value: 'UE5' },
    ],
  });
  assert.equal(put.status, 204);
  const fields = (await ask('GET', `/api/events/${id}/metadata?type=dublincore/episode`)).json;
  const field = (name: string) => fields.find((one: { id: string }) => one.id === name);
  assert.deepEqual(field('title'), {
    id: 'title',
    label: 'EVENTS.EVENTS.DETAILS.METADATA.TITLE',
    type: 'text',
    value: 'Le cœur',
    readOnly: false,
    required: true,
  });
  assert.deepEqual(
    [field('creator').value, field('isPartOf').value, field('subjects').value],
    [['M. Lévy', 'Mme Noël'], 'UE5', words.subjects],
  );
  assert.deepEqual(
    [field('startDate').value, field('startTime').value, field('duration').value],
    ['2026-10-19', '06:30:00Z', '02:00:00'],
  );
  assert.equal((await ask('GET', `/api/events/${id}/metadata?type=ext/episode`)).status, 404);
  assert.equal((await ask('DELETE', `/api/events/${id}/metadata?type=dublincore/episode`)).status, 403);
  assert.equal(
    (await ask('PUT', `/api/events/${id}/metadata`, { metadata: [{ id: 'title', value: '' }] })).status,
    400,
  );
  assert.equal(
    (await ask('PUT', `/api/events/${id}/metadata`, { metadata: [{ id: 'colour', value: 'red' }] })).status,
    400,
  );
});

test('who may see it: the list of entries, and each', async () => {
  const { id } = await make();
  const acl = [{ allow: true, action: 'write', role: 'ROLE_ADMIN' }];
  assert.equal((await ask('PUT', `/api/events/${id}/acl`, { acl })).status, 204);
  assert.equal((await ask('POST', `/api/events/${id}/acl/read`, { role: 'ROLE_STUDENT' })).status, 204);
  assert.deepEqual((await ask('GET', `/api/events/${id}/acl`)).json, [
    ...acl,
    { allow: true, action: 'read', role: 'ROLE_STUDENT' },
  ]);
  assert.equal((await ask('DELETE', `/api/events/${id}/acl/write/ROLE_ADMIN`)).status, 204);
  assert.deepEqual((await ask('GET', `/api/events/${id}/acl`)).json, [
    { allow: true, action: 'read', role: 'ROLE_STUDENT' },
  ]);
  assert.equal((await ask('PUT', `/api/events/${id}/acl`, { acl: [{ role: 'x' }] })).status, 400);
});

test('several things at once, by POST', async () => {
  const { id } = await make();
  const form = {
    metadata: metadataOf({ title: 'Autre' }),
    scheduling: { ...morning, end: '2026-10-19T08:00:00Z' },
    acl: [],
  };
  assert.equal((await ask('POST', `/api/events/${id}`, form, { multipart: true })).status, 204);
  const { title, duration } = (await ask('GET', `/api/events/${id}`)).json;
  assert.deepEqual([title, duration], ['Autre', 5_400_000]);
  assert.equal((await ask('POST', '/api/events/none', form)).status, 404);
});

test('lists: filters, either of several, order, pages', async () => {
  await rig.services.database.insertInto('series').values({ id: 'UE5', title: 'Cardiologie' }).execute();
  await make(morning, { ...words, title: 'A: le cœur' });
  await make({ ...morning, agent_id: 'Amphi_E' }, { ...words, title: 'B', isPartOf: 'UE5', creator: ['M. Lévy'] });
  await make({ ...morning, start: '2026-11-02T06:30:00Z', end: '2026-11-02T07:30:00Z' }, { ...words, title: 'C' });
  const titles = async (query: string): Promise<string> => {
    const { status, json } = await ask('GET', `/api/events?${query}`);
    return status === 200 ? json.map(({ title }: { title: string }) => title[0]).join('') : String(status);
  };
  for (const [query, expected] of [
    ['', 'ABC'],
    ['sort=title:DESC', 'CBA'],
    ['sort=location:DESC,start_date:DESC', 'BCA'],
    ['sort=presenter:ASC', 'BAC'],
    ['limit=2', 'AB'],
    ['limit=2&offset=2', 'C'],
    ['limit=0', 'ABC'],
    ['filter=agent_id:Amphi_E', 'B'],
    ['filter=location:Amphi_D', 'AC'],
    ['filter=is_part_of:UE5', 'B'],
    ['filter=series_name:cardiologie', 'B'],
    ['filter=title:A%3A%20le%20c%C5%93ur', 'A'],
    ['filter=presenters:M.%20L%C3%A9vy', 'B'],
    ['filter=subject:PAES,agent_id:Amphi_D', 'AC'],
    ['filter=start:2026-11-01T00:00:00Z/2026-12-01T00:00:00Z', 'C'],
    ['filter=technical_start:2026-10-01T00:00:00Z/2026-10-31T00:00:00Z', 'AB'],
    ['filter=status:EVENTS.EVENTS.STATUS.SCHEDULED', 'ABC'],
    ['filter=status:EVENTS.EVENTS.STATUS.PROCESSED', ''],
    ['filter=textFilter:curie', 'AC'],
    ['filter=textFilter:50%25', ''],
    ['filter=title:C&filter=agent_id:Amphi_E', 'BC'],
    ['filter=title:', 'ABC'],
    ['filter=colour:red', '400'],
    ['sort=colour', '400'],
    ['filter=start:tomorrow', '400'],
    ['limit=many', '400'],
  ] as const) {
    assert.equal(await titles(query), expected, query);
  }
});

test('what says too little or the wrong thing is told, and who may not', async () => {
  const metadata = metadataOf(words);
  for (const form of [
    {},
    { metadata },
    { metadata: '[', scheduling: morning },
    { metadata: metadataOf({ description: 'x' }), scheduling: morning },
    { metadata, scheduling: { ...morning, agent_id: '' } },
    { metadata, scheduling: { ...morning, start: 'tomorrow' } },
    { metadata, scheduling: { ...morning, end: undefined } },
    { metadata, scheduling: { ...morning, end: morning.start } },
    { metadata, scheduling: morning, acl: [{}] },
  ]) {
    const { status, text } = await ask('POST', '/api/events', form, { multipart: true });
    assert.equal(status, 400, JSON.stringify(form));
    assert.ok(text.length > 10);
  }
  for (const as of ['viewer', 'agent'] as const) assert.equal((await make(morning, words, { as })).status, 403);
  assert.equal((await ask('GET', '/api/events', undefined, { as: 'agent' })).status, 403);
  assert.equal((await ask('GET', '/api/events', undefined, { as: 'viewer' })).status, 200);
});

test('an event that is not scheduled has no scheduling; one that was recorded has tracks', async () => {
  const { database } = rig.services;
  await database.insertInto('events').values({ id: 'e', title: 'Reçu', recording_state: 'upload_finished' }).execute();
  assert.equal((await ask('GET', '/api/events/e/scheduling')).status, 204);
  assert.equal((await ask('GET', '/api/events/e')).json.status, 'EVENTS.EVENTS.STATUS.INGESTING');
  await database
    .insertInto('event_versions')
    .values({ event: 'e', version: 1, package: 'p', content: 'c', manifest: '' })
    .execute();
  await database
    .insertInto('files')
    .values({
      id: 't',
      event: 'e',
      version: 1,
      kind: 'track',
      flavor: 'presenter/source',
      file_name: 'a b.mp4',
      path: 'p/t/a b.mp4',
      mime_type: 'video/mp4',
      size_bytes: 5,
      md5: 'abc',
      duration_ms: 61_000,
      streams: JSON.stringify([{ kind: 'video', codec: 'h264', widthPx: 1280, heightPx: 720, framesPerSecond: 15 }]),
    })
    .execute();
  const event = (await ask('GET', '/api/events/e')).json;
  assert.deepEqual(
    [event.archive_version, event.duration, event.status],
    [1, 61_000, 'EVENTS.EVENTS.STATUS.PROCESSED'],
  );
  const [track] = (await ask('GET', '/api/events/e/media')).json;
  assert.deepEqual(
    [track.flavor, track.duration, track.checksum, track.has_video, track.has_audio],
    ['presenter/source', 61_000, 'abc (md5)', true, false],
  );
  assert.equal(track.uri, 'http://localhost:80/files/mediapackage/p/t/a%20b.mp4');
  assert.deepEqual((await ask('GET', '/api/events/e/publications')).json, []);
});

test('what was recorded elsewhere is uploaded with its words, and is an event', async () => {
  const boundary = 'films';
  const part = (name: string, value: string, more = ''): string =>
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const send = (...parts: string[]) =>
    rig.app.inject({
      method: 'POST',
      url: '/api/events',
      payload: `${parts.join('')}--${boundary}--\r\n`,
      headers: { ...rig.as('scheduler'), 'content-type': `multipart/form-data; boundary=${boundary}` },
    });
  const metadata = metadataOf({ ...words, startDate: '2016-06-22', startTime: '13:30:00Z' });
  const made = await send(
    part('metadata', JSON.stringify(metadata), '; filename="metadata.json"'),
    part('processing', '{"workflow":"fast","configuration":{"flag":"true"}}'),
    part('acl', '[{"action":"read","role":"ROLE_USER"}]'),
    part('presenter', 'no film, but bytes', '; filename="film.mp4"'),
  );
  assert.equal(made.statusCode, 201, made.body);
  const { identifier } = made.json<{ identifier: string }>();
  const event = (await ask('GET', `/api/events/${identifier}?withacl=true`)).json;
  assert.deepEqual(
    [event.title, event.start, event.is_part_of, event.presenter, event.archive_version, event.location],
    ['Anatomie', '2016-06-22T13:30:00Z', 'PAES_2016_S2', ['Mme Curie'], 1, ''],
  );
  assert.deepEqual(event.acl, [{ allow: true, action: 'read', role: 'ROLE_USER' }]);
  const [track] = (await ask('GET', `/api/events/${identifier}/media`)).json;
  assert.deepEqual([track.flavor, track.size, track.mimetype], ['presenter/source', 18, 'video/mp4']);
  assert.equal((await ask('GET', `/api/events/${identifier}/scheduling`)).status, 204);
  const stranger = await send(part('metadata', JSON.stringify(metadata)), part('poster', 'x', '; filename="a.png"'));
  assert.deepEqual([stranger.statusCode, /poster is no film/.test(stranger.body)], [400, true]);
});
