import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { MODULES } from '#central/modules.ts';
import { commentsOf } from '#central/catalogue/comments/comments.ts';
import { askOf, openRig, type Ask, type Method, type Rig } from '../../../rig.ts';

const CUTTING = 'EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.CUTTING';
const AT = '/admin-ng/event/lecture-1';

let rig: Rig;
let ask: Ask;
before(async () => {
  rig = await openRig(MODULES);
  ask = askOf(rig);
  const acl = JSON.stringify([
    { role: 'C1_Learner', action: 'read', allow: true },
    { role: 'C1_Instructor', action: 'read', allow: true },
    { role: 'C1_Instructor', action: 'write', allow: true },
  ]);
  for (const id of ['lecture-1', 'lecture-2', 'lecture-3'])
    await rig.services.database
      .insertInto('events')
      .values({ id, title: `Title ${id}`, acl })
      .execute();
});
after(() => rig.close());

const written = async (text: string, more: Record<string, string> = {}, event = 'lecture-1'): Promise<number> => {
  const { status, json, headers } = await ask('POST', `/admin-ng/event/${event}/comment`, { text, ...more });
  assert.equal(status, 201);
  assert.match(String(headers['location']), new RegExp(`/admin-ng/event/${event}/comment/${json.id}$`));
  return json.id;
};

describe('comments on events', () => {
  test('are written, changed, answered, resolved and removed, in the shape of Opencast', async () => {
    const id = await written('  Not cut yet. ', { reason: CUTTING });
    const { json } = await ask('GET', `${AT}/comment/${id}`);
    assert.deepEqual(
      { ...json, creationDate: '', modificationDate: '' },
      {
        id,
        text: 'Not cut yet.',
        reason: CUTTING,
        resolvedStatus: false,
        author: { name: 'scheduler', username: 'scheduler', email: '' },
        creationDate: '',
        modificationDate: '',
        replies: [],
      },
    );
    assert.match(json.creationDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const answered = await ask(
      'POST',
      `${AT}/comment/${id}/reply`,
      { text: 'I do it', resolved: 'true' },
      { as: 'admin' },
    );
    assert.deepEqual([answered.status, answered.json.resolvedStatus], [200, true]);
    const [reply] = answered.json.replies;
    assert.deepEqual([reply.text, reply.author.username], ['I do it', 'admin']);
    const changed = (await ask('PUT', `${AT}/comment/${id}`, { text: ' ', reason: 'other', resolved: 'false' })).json;
    assert.deepEqual([changed.text, changed.reason, changed.resolvedStatus], ['Not cut yet.', 'other', false]);
    const reworded = (await ask('PUT', `${AT}/comment/${id}/${reply.id}`, { text: 'I did it' })).json;
    assert.equal(reworded.replies[0].text, 'I did it');
    assert.equal((await ask('POST', `${AT}/comment/${id}`)).json.resolvedStatus, true);
    assert.deepEqual((await ask('DELETE', `${AT}/comment/${id}/${reply.id}`)).json.replies, []);
    assert.equal((await ask('DELETE', `${AT}/comment/${id}`)).status, 204);
    assert.deepEqual((await ask('GET', `${AT}/comments`)).json, []);
    const told = await rig.services.database
      .selectFrom('audit_log')
      .select(['action', 'account'])
      .where('kind', '=', 'comment')
      .where('object', '=', String(id))
      .orderBy('id')
      .execute();
    assert.deepEqual(
      told.map(({ action, account }) => `${action} ${account}`),
      // A reply that resolves is a change of the comment and a reply.
      'create,update:admin,reply:admin,update,update-reply,update,delete-reply,delete'
        .split(',')
        .map((one) => one.split(':'))
        .map(([action, account = 'scheduler']) => `${action} ${account}`),
    );
  });

  test('are found only on their own event, and refused with what would be right', async () => {
    const id = await written('here');
    for (const [method, url] of [
      ['GET', `/admin-ng/event/lecture-2/comment/${id}`],
      ['PUT', `/admin-ng/event/lecture-2/comment/${id}`],
      ['POST', `/admin-ng/event/lecture-2/comment/${id}`],
      ['DELETE', `/admin-ng/event/lecture-2/comment/${id}`],
      ['POST', `/admin-ng/event/lecture-2/comment/${id}/reply`],
      ['DELETE', `${AT}/comment/${id}/999`],
      ['GET', '/admin-ng/event/none/comments'],
      ['POST', '/admin-ng/event/none/comment'],
    ] as [Method, string][]) {
      const form = method === 'POST' || method === 'PUT' ? { text: 'x' } : undefined;
      assert.equal((await ask(method, url, form)).status, 404, `${method} ${url}`);
    }
    assert.equal((await commentsOf(rig.services.database, 'lecture-1')).length, 1);
    const refused = async (form: Record<string, string>, why: RegExp) => {
      const { status, text } = await ask('POST', `${AT}/comment`, form);
      assert.equal(status, 400);
      assert.match(text, why);
    };
    await refused({}, /text is missing/);
    await refused({ text: ' \n' }, /text is missing/);
    await refused({ text: 'x'.repeat(10_001) }, /10000 characters at most/);
    await refused({ text: 'x', reason: 'r'.repeat(300) }, /reason has more than 255/);
    await refused({ text: 'x', resolved: 'maybe' }, /must be true or false/);
    assert.match((await ask('GET', `${AT}/comment/a`)).text, /no number of a comment/);
    assert.equal((await ask('DELETE', `${AT}/comment/${id}`)).status, 204);
  });

  test('are written by schedulers alone, and with roles where access lists allow it', async () => {
    const { app } = rig;
    const with_ = async (roles: string, method: Method, url: string) => {
      const headers = {
        ...rig.as('admin'),
        'x-run-with-roles': roles,
        'content-type': 'application/x-www-form-urlencoded',
      };
      const payload = method === 'GET' ? undefined : 'text=y';
      return (await app.inject({ method, url, headers, ...(payload ? { payload } : {}) })).statusCode;
    };
    for (const as of ['viewer', 'agent'] as const)
      assert.equal((await ask('POST', `${AT}/comment`, { text: 'x' }, { as })).status, 403, as);
    assert.equal((await ask('GET', `${AT}/comments`, undefined, { as: 'agent' })).status, 403);
    // Access lists count for viewers: this one names others.
    assert.equal((await ask('GET', `${AT}/comments`, undefined, { as: 'viewer' })).status, 404);
    assert.equal(await with_('C1_Learner', 'GET', `${AT}/comments`), 200);
    assert.equal(await with_('C1_Learner', 'POST', `${AT}/comment`), 404);
    assert.equal(await with_('C2_Learner', 'GET', `${AT}/comments`), 404);
    assert.equal(await with_('C1_Instructor', 'POST', `${AT}/comment`), 201);
  });

  test('can be asked for in lists of events', async () => {
    await written('open', { reason: CUTTING }, 'lecture-2');
    await written('done', { resolved: 'true' }, 'lecture-3');
    await rig.services.database.deleteFrom('comments').where('event', '=', 'lecture-1').execute();
    const named = async (value: string) =>
      (await ask('GET', `/admin-ng/event/events.json?filter=comments:${value}&sort=title:ASC`)).json.results.map(
        (one: Record<string, unknown>) =>
          [one['id'], one['has_comments'], one['has_open_comments'], one['needs_cutting']].join(' '),
      );
    assert.deepEqual(await named('NONE'), ['lecture-1 false false false']);
    assert.deepEqual(await named('OPEN'), ['lecture-2 true true true']);
    assert.deepEqual(await named('RESOLVED'), ['lecture-3 true false false']);
    assert.match((await ask('GET', '/admin-ng/event/events.json?filter=comments:x')).text, /NONE, OPEN or RESOLVED/);
    const { eventCommentReasons } = (await ask('GET', '/admin-ng/resources/components.json')).json;
    assert.equal(eventCommentReasons[CUTTING], CUTTING);
  });

  test('go with their event', async () => {
    await written('bye', {}, 'lecture-3');
    await rig.services.database.deleteFrom('events').where('id', '=', 'lecture-3').execute();
    assert.deepEqual(await commentsOf(rig.services.database, 'lecture-3'), []);
  });
});
