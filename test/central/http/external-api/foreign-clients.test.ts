import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { askOf, openRig, type Ask, type Rig } from '../../rig.ts';

let rig: Rig;
let ask: Ask;
before(async () => {
  rig = await openRig(MODULES);
  ask = askOf(rig);
  await rig.addAgents('Amphi_D', 'Amphi_E');
});
after(() => rig.close());

const metadata = (title: string): object[] => [
  { flavor: 'dublincore/episode', fields: [{ id: 'title', value: title }] },
];
const slot = (agent: string, hour: number): object => ({
  agent_id: agent,
  start: `2030-10-14T${String(hour).padStart(2, '0')}:00:00Z`,
  end: `2030-10-14T${String(hour + 1).padStart(2, '0')}:00:00Z`,
});
async function plan(title: string, scheduling: object, acl: object[] = []): Promise<string> {
  const { status, json, text } = await ask('POST', '/api/events', { metadata: metadata(title), scheduling, acl });
  assert.equal(status, 201, text);
  return (json as { identifier: string }).identifier;
}

describe('a program that asks for somebody else', () => {
  const as = async (headers: Record<string, string>, url: string, method: 'GET' | 'PUT' = 'GET', payload?: string) => {
    const reply = await rig.app.inject({
      method,
      url,
      headers: {
        ...rig.as('admin'),
        ...headers,
        ...(payload ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      },
      ...(payload ? { payload } : {}),
    });
    return { status: reply.statusCode, text: reply.body };
  };
  let course = '';
  let other = '';
  before(async () => {
    course = await plan('for the course', slot('Amphi_D', 8), [
      { role: 'C1_Learner', action: 'read' },
      { role: 'C1_Instructor', action: 'read' },
      { role: 'C1_Instructor', action: 'write' },
    ]);
    other = await plan('for another', slot('Amphi_D', 10), [{ role: 'C2_Learner', action: 'read' }]);
  });

  test('sees and changes by roles what their access lists allow, and nothing else', async () => {
    const learner = { 'x-run-with-roles': 'C1_Learner, ROLE_USER' };
    const teacher = { 'x-run-with-roles': 'C1_Instructor' };
    const listed = (await as(learner, '/api/events')).text;
    assert.ok(listed.includes(course) && !listed.includes(other));
    assert.deepEqual(JSON.parse((await as(learner, '/api/events?onlyWithWriteAccess=true')).text), []);
    assert.ok((await as(teacher, '/api/events?onlyWithWriteAccess=true')).text.includes(course));
    assert.equal((await as(learner, `/api/events/${course}`)).status, 200);
    assert.equal((await as(learner, `/api/events/${other}`)).status, 403);
    assert.equal((await as(learner, `/api/events/${other}/media`)).status, 403);
    const acl = `acl=${encodeURIComponent('[{"role":"C1_Instructor","action":"write"},{"role":"C1_Learner","action":"read"}]')}`;
    assert.equal((await as(learner, `/api/events/${course}/acl`, 'PUT', acl)).status, 403);
    assert.equal((await as(teacher, `/api/events/${course}/acl`, 'PUT', acl)).status, 204);
    for (const path of ['/recordings/calendars', '/api/v1/audit', '/files/mediapackage/a/b/c', '/api/v1/halls'])
      assert.equal((await as(teacher, path)).status, 403, path);
    assert.ok((await as({ 'x-run-with-roles': 'ROLE_ADMIN' }, '/api/events')).text.includes(other));
    assert.deepEqual(JSON.parse((await as({ 'x-run-with-roles': '' }, '/api/events')).text), []);
  });

  test('has the rights of the account that it names, and only an admin may ask so', async () => {
    assert.equal((await as({ 'x-run-as-user': 'viewer' }, '/api/events')).status, 200);
    assert.equal((await as({ 'x-run-as-user': 'viewer' }, '/api/v1/audit')).status, 403);
    assert.match((await as({ 'x-run-as-user': 'viewer' }, '/api/info/me')).text, /"username":"viewer"/);
    assert.equal((await as({ 'x-run-as-user': 'nobody' }, '/api/events')).status, 412);
    assert.equal((await as({ ...rig.as('scheduler'), 'x-run-as-user': 'admin' }, '/api/events')).status, 403);
  });
});

describe('planning', () => {
  test('two lectures change halls by their own scheduler, and by no other', async () => {
    const [d, e] = [await plan('A', slot('Amphi_D', 14)), await plan('B', slot('Amphi_E', 14))];
    const move = (id: string, agent: string, more: object = {}, as: 'scheduler' | 'admin' = 'scheduler') =>
      ask('PUT', `/api/events/${id}/scheduling`, { scheduling: slot(agent, 14), ...more }, { as });
    assert.equal((await move(d, 'Amphi_E')).status, 409);
    assert.equal((await move(d, 'Amphi_E', { allowConflict: 'true' })).status, 204);
    assert.equal((await move(d, 'Amphi_E')).status, 204, 'the slot is written back as it is');
    assert.equal((await move(e, 'Amphi_D')).status, 204);
    const foreign = await ask(
      'POST',
      '/api/events',
      { metadata: metadata('of an admin'), scheduling: slot('Amphi_D', 16) },
      { as: 'admin' },
    );
    assert.equal(foreign.status, 201);
    const own = await plan('C', slot('Amphi_E', 16));
    const over = { scheduling: slot('Amphi_D', 16), allowConflict: 'true' };
    assert.equal((await ask('PUT', `/api/events/${own}/scheduling`, over)).status, 409);
  });

  test('a time without a zone, a lecture of years, odd durations and years are refused in words', async () => {
    for (const [scheduling, why] of [
      [{ agent_id: 'Amphi_D', start: '2030-10-12T08:30:00', end: '2030-10-12T09:30:00' }, /has no time zone/],
      [{ agent_id: 'Amphi_D', start: '2030-10-12T08:30:00Z', end: '2039-10-12T09:30:00Z' }, /24 hours at most/],
      [{ agent_id: 'Amphi_D', start: '0000-10-12T08:30:00Z', end: '0000-10-12T09:30:00Z' }, /years 1970 and 2999/],
      [{ agent_id: 'Amphi_D', start: '2030-10-12T08:30:00Z', duration: 0.5 }, /duration/],
      [{ agent_id: 'Amphi_D', start: '2030-10-12T08:30:00Z', duration: 1e300 }, /duration/],
      [{ agent_id: 'Amphi_D', start: '2030-10-12T08:30:00Z', duration: '99999999999999999999' }, /duration/],
      [{ agent_id: 'x'.repeat(5000), start: '2030-10-12T08:30:00Z', duration: 3_600_000 }, /more than 255/],
    ] as const) {
      const { status, text } = await ask('POST', '/api/events', { metadata: metadata('T'), scheduling });
      assert.equal(status, 400, text);
      assert.match(text, why);
    }
  });

  test('an agent that nobody knows is planned for, and that is said', async () => {
    const wrong = await ask('POST', '/api/events', { metadata: metadata('T'), scheduling: slot('Amphi_Z', 8) });
    assert.equal(wrong.status, 201);
    assert.match(String(wrong.headers['warning']), /no agent Amphi_Z has ever registered/);
    const right = await ask('POST', '/api/events', { metadata: metadata('T'), scheduling: slot('Amphi_E', 20) });
    assert.deepEqual([right.status, right.headers['warning']], [201, undefined]);
  });

  test('a start that does not count may be written in any form', async () => {
    const id = await plan('T', slot('Amphi_E', 22));
    for (const startTime of ['6:30', '08:30 AM']) {
      const fields = [
        { id: 'title', value: 'U' },
        { id: 'startDate', value: '12/10/2026' },
        { id: 'startTime', value: startTime },
      ];
      assert.equal((await ask('PUT', `/api/events/${id}/metadata`, { metadata: fields })).status, 204, startTime);
    }
  });

  test('languages of what is not changed stay, and so do terms that are not shown', async () => {
    const id = await plan('T', slot('Amphi_E', 18));
    const terms = [
      { namespace: 'http://purl.org/dc/terms/', name: 'title', value: 'T', lang: 'fr' },
      { namespace: 'http://purl.org/dc/terms/', name: 'abstract', value: 'short', lang: 'en' },
      { namespace: 'urn:x', name: 'room', value: 'blue' },
    ];
    await rig.services.database
      .updateTable('events')
      .set({ terms: JSON.stringify(terms) })
      .where('id', '=', id)
      .execute();
    const fields = [{ id: 'creator', value: ['M. Dupont'] }];
    assert.equal((await ask('PUT', `/api/events/${id}/metadata`, { metadata: fields })).status, 204);
    const { text } = await ask('GET', `/recordings/${id}/dublincore.xml`);
    assert.match(text, /<dcterms:title xml:lang="fr">T</);
    assert.match(text, /<dcterms:abstract xml:lang="en">short</);
    assert.match(text, />blue</);
    assert.match(text, /M\. Dupont/);
  });
});

test('a series takes its access list as XML, too', async () => {
  const acl =
    '<acl xmlns="http://org.opencastproject.security"><ace><role>C1_Learner</role><action>read</action><allow>true</allow></ace></acl>';
  assert.equal((await ask('POST', '/series', { title: 'S', identifier: 'S1', acl })).status, 201);
  assert.deepEqual((await ask('GET', '/series/S1/acl.json')).json, {
    acl: { ace: [{ role: 'C1_Learner', action: 'read', allow: true }] },
  });
});
