import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { metadataOf, openApiRig } from './api-rig.ts';

const rig = await openApiRig();
const { ask } = rig;
await rig.addAgents('Amphi_D');
after(() => rig.close());

const metadata = (fields: Record<string, unknown>): object[] => metadataOf(fields, 'dublincore/series');

test('a series is made, told, changed and removed', async () => {
  const acl = [{ allow: true, action: 'read', role: 'ROLE_USER' }];
  const made = await ask('POST', '/api/series', {
    metadata: metadata({ title: 'Anatomie', subjects: ['Médecine'], creator: ['M. Dupont'] }),
    acl,
  });
  assert.equal(made.status, 201);
  const id: string = made.json.identifier;
  assert.equal(made.headers['location'], `http://localhost:80/api/series/${id}`);
  const { created, ...one } = (await ask('GET', `/api/series/${id}`)).json;
  assert.match(created, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(one, {
    identifier: id,
    creator: 'scheduler',
    title: 'Anatomie',
    subjects: ['Médecine'],
    organizers: ['M. Dupont'],
    publishers: [],
    contributors: [],
    description: '',
    language: '',
    license: '',
    rightsholder: '',
    organization: 'mh_default_org',
    opt_out: false,
  });
  const put = await ask('PUT', `/api/series/${id}/metadata?type=dublincore/series`, {
    metadata: [{ id: 'description', value: 'Le corps' }],
  });
  assert.equal(put.status, 200);
  assert.equal(put.json.find((field: { id: string }) => field.id === 'description').value, 'Le corps');
  assert.equal((await ask('PUT', `/api/series/${id}`, { metadata: metadata({ title: 'Anatomie I' }) })).status, 200);
  const after = (await ask('GET', `/api/series/${id}?withacl=true`)).json;
  assert.deepEqual([after.title, after.description, after.acl], ['Anatomie I', 'Le corps', acl]);
  assert.equal((await ask('DELETE', `/api/series/${id}/metadata?type=dublincore/series`)).status, 403);
  assert.equal((await ask('DELETE', `/api/series/${id}`)).status, 204);
  for (const path of ['', '/metadata', '/acl', '/properties']) {
    assert.equal((await ask('GET', `/api/series/${id}${path}`)).status, 404, path);
  }
});

test('who may see it, properties, and the events that follow', async () => {
  const { identifier } = (await ask('POST', '/api/series', { metadata: metadata({ title: 'S' }) })).json;
  const { database } = rig.services;
  await database
    .insertInto('events')
    .values({
      id: 'e',
      title: 'E',
      series: identifier,
      acl: JSON.stringify([{ role: 'r', action: 'read', allow: true }]),
    })
    .execute();
  const acl = [{ allow: true, action: 'read', role: 'ROLE_STUDENT' }];
  assert.deepEqual((await ask('PUT', `/api/series/${identifier}/acl`, { acl })).json, acl);
  assert.deepEqual((await ask('GET', `/api/series/${identifier}/acl`)).json, acl);
  assert.equal((await ask('GET', '/api/events/e/acl')).json.length, 1);
  await ask('PUT', `/api/series/${identifier}/acl`, { acl, override: 'true' });
  assert.deepEqual((await ask('GET', '/api/events/e/acl')).json, []);
  assert.deepEqual((await ask('PUT', `/api/series/${identifier}/properties`, { properties: { live: 'true' } })).json, {
    live: 'true',
  });
  assert.deepEqual((await ask('GET', `/api/series/${identifier}/properties`)).json, { live: 'true' });
});

test('lists of series', async () => {
  await rig.services.database.deleteFrom('series').execute();
  for (const [title, creator] of [
    ['Chimie', 'M. Lévy'],
    ['Anatomie', 'Mme Curie'],
    ['Biologie', 'M. Lévy'],
  ]) {
    await ask('POST', '/api/series', { metadata: metadata({ title, creator: [creator] }) });
  }
  const titles = async (query: string): Promise<string> => {
    const { status, json } = await ask('GET', `/api/series?${query}`);
    return status === 200 ? json.map(({ title }: { title: string }) => title[0]).join('') : String(status);
  };
  for (const [query, expected] of [
    ['', 'ABC'],
    ['sort=title:DESC', 'CBA'],
    ['sort=created:ASC', 'CAB'],
    ['limit=1&offset=1', 'B'],
    ['filter=organizers:m.%20l%C3%A9vy', 'BC'],
    ['filter=title:anatomie', 'A'],
    ['filter=textFilter:curie', 'A'],
    ['filter=creator:scheduler', 'ABC'],
    ['filter=creationDate:2020-01-01T00:00:00Z/2021-01-01T00:00:00Z', ''],
    ['filter=colour:red', '400'],
    ['sort=colour', '400'],
  ] as const) {
    assert.equal(await titles(query), expected, query);
  }
});

test('the base: versions, who asks, agents', async () => {
  assert.deepEqual((await ask('GET', '/api')).json, { url: 'http://localhost:80/api', version: 'v1.11.0' });
  const { versions, default: newest } = (await ask('GET', '/api/version')).json;
  assert.deepEqual([versions[0], versions.length, newest], ['v1.0.0', 12, 'v1.11.0']);
  assert.deepEqual((await ask('GET', '/api/version/default')).json, { default: 'v1.11.0' });
  assert.deepEqual((await ask('GET', '/api/info/me')).json, {
    provider: 'opencast',
    name: 'scheduler',
    userrole: 'ROLE_USER_SCHEDULER',
    email: '',
    username: 'scheduler',
  });
  assert.ok((await ask('GET', '/api/info/me/roles', undefined, { as: 'admin' })).json.includes('ROLE_ADMIN'));
  assert.equal((await ask('GET', '/api/info/organization')).json.id, 'mh_default_org');
  const [agent] = (await ask('GET', '/api/agents')).json;
  assert.deepEqual(Object.keys(agent).toSorted(), ['agent_id', 'inputs', 'status', 'update', 'url']);
  assert.deepEqual([agent.agent_id, agent.status, agent.inputs], ['Amphi_D', 'unknown', ['Channel A', 'Channel B']]);
  assert.deepEqual((await ask('GET', '/api/agents/Amphi_D')).json, agent);
  assert.equal((await ask('GET', '/api/agents/Amphi_Z')).status, 404);
  assert.deepEqual((await ask('GET', '/api/agents?offset=1')).json, []);
});
