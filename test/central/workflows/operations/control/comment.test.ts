import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { addComment, commentsOf } from '#central/catalogue/comments/comments.ts';
import { comment } from '#central/workflows/operations/control/comment.ts';
import { OperationFailed } from '#central/workflows/run/operation.ts';
import { freshDatabase, type TestDatabase } from '../../../postgres.ts';
import { openOperationRig, type OperationRig } from '../operation-rig.ts';

const CUTTING = 'EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.CUTTING';

let opened: TestDatabase;
let rig: OperationRig;
before(async () => {
  opened = await freshDatabase();
  rig = await openOperationRig(opened.database);
  await opened.database.insertInto('events').values({ id: 'lecture-1', title: 'Anatomie' }).execute();
});
after(async () => {
  await rig.close();
  await opened.close();
});

const done = async (keys: Record<string, string>): Promise<string> => {
  const { result } = await rig.run(comment(rig.needs), keys);
  return result.kind === 'skip' ? result.why : result.kind;
};
const there = async (): Promise<string[]> =>
  (await commentsOf(opened.database, 'lecture-1')).map(
    ({ text, author, resolved }) => `${text} ${author} ${resolved ? 'resolved' : 'open'}`,
  );

test('comment writes one once, resolves it, opens it again and deletes it', async () => {
  await opened.database
    .transaction()
    .execute((within) => addComment(within, undefined, 'lecture-1', { text: 'other' }));
  const keys = { reason: CUTTING, description: 'Not cut yet.' };
  assert.equal(await done({ ...keys, action: 'create' }), 'done');
  assert.equal(await done(keys), 'there is this comment already');
  assert.deepEqual(await there(), ['other null open', 'Not cut yet. null open']);
  assert.equal(await done({ action: 'resolve', reason: CUTTING }), 'done');
  assert.equal(await done({ action: 'resolve', reason: CUTTING }), 'the comment is resolved already');
  assert.deepEqual(await there(), ['other null open', 'Not cut yet. null resolved']);
  assert.equal(await done(keys), 'done');
  assert.deepEqual(await there(), ['other null open', 'Not cut yet. null open']);
  assert.equal(await done({ action: 'delete', description: 'Not cut yet.' }), 'done');
  assert.equal(await done({ action: 'delete', description: 'Not cut yet.' }), 'there is no such comment');
  assert.deepEqual(await there(), ['other null open']);
});

test('comment that is not said well fails in words', async () => {
  const fails = (keys: Record<string, string>, why: RegExp) =>
    assert.rejects(done(keys), (error) => error instanceof OperationFailed && why.test(error.message));
  await fails({ action: 'resolve' }, /a reason, a description or both/);
  await fails({ action: 'create', reason: CUTTING }, /description is missing/);
  await fails({ description: 'x'.repeat(20_000) }, /10000 characters at most/);
  await assert.rejects(
    rig.run(comment(rig.needs), { description: 'x' }, [], { event: 'none' }),
    /there is no event none any more/,
  );
});
