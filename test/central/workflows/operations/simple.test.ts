import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defaults } from '#central/workflows/operations/defaults.ts';
import { tag } from '#central/workflows/operations/tag.ts';
import { openOperationRig, type OperationRig } from './operation-rig.ts';

let rig: OperationRig;
before(async () => {
  rig = await openOperationRig();
});
after(() => rig.close());

test('defaults gives values to what has none, also to what is blank', async () => {
  const keys = { publish: 'true', quality: 'hd', note: '' };
  const { result } = await rig.run(defaults(), keys, [], { variables: { publish: 'false', quality: ' ' } });
  assert.deepEqual(result, {
    kind: 'done',
    variables: new Map([
      ['quality', 'hd'],
      ['note', ''],
    ]),
  });
});

test('tag changes elements under their ids, or copies of them', async () => {
  const file = new URL(import.meta.url).pathname;
  const element = await rig.element(file, 'presenter/source', { tags: ['archive', 'raw'] });
  const keys = { 'source-flavor': 'presenter/*', 'target-flavor': '*/work', 'target-tags': '-raw,+new' };
  const changed = await rig.run(tag(), keys, [element]);
  const expected = { ...element, flavor: 'presenter/work', tags: ['archive', 'new'] };
  assert.deepEqual(changed.result, { kind: 'done', changed: [expected] });
  const copied = await rig.run(tag(), { ...keys, copy: 'true' }, [element]);
  assert.equal(copied.result.kind, 'done');
  const [copy] = ('added' in copied.result && copied.result.added) || [];
  assert.notEqual(copy?.id, element.id);
  assert.equal(copy?.path, element.path);
});
