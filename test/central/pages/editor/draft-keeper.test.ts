import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Edit } from '#central/editing/edit.ts';
import { startDraftKeeper, type DraftState } from '#central/pages/editor/server/draft-keeper.ts';
import type { Answer } from '#central/pages/editor/server/edit-api.ts';
import { openLocalCopy } from '#central/pages/editor/server/local-copy.ts';
import { editToOpen } from '#central/pages/editor/server/opening.ts';

const editOf = (title: string): Edit => ({
  segments: [],
  chapters: [],
  captions: [],
  cover: null,
  words: {
    title,
    creators: [],
    contributors: [],
    subjects: [],
    description: '',
    language: '',
    license: '',
    rightsHolder: '',
  },
});

/** A keeper with a server that answers as it is told, and a clock that runs when it is told. */
function openRig() {
  const sent: { title: string; base: number; revision: number; answer: (one: Answer<{ revision: number }>) => void }[] =
    [];
  const states: DraftState['kind'][] = [];
  const local: (string | undefined)[] = [];
  let timer: (() => void) | undefined;
  const keeper = startDraftKeeper(
    {
      send: ({ edit, base, revision }) =>
        new Promise((answer) => sent.push({ title: edit.words.title, base, revision, answer })),
      local: { keep: ({ edit }) => void local.push(edit.words.title), forget: () => void local.push(undefined) },
      later: (_ms, call) => {
        timer = call;
        return () => void (timer === call && (timer = undefined));
      },
      onState: ({ kind }) => void states.push(kind),
    },
    { base: 3, revision: 0 },
  );
  const run = async (): Promise<void> => {
    const call = timer;
    timer = undefined;
    call?.();
    await new Promise(setImmediate);
  };
  const answer = async (one: Answer<{ revision: number }>): Promise<void> => {
    sent.at(-1)?.answer(one);
    await new Promise(setImmediate);
  };
  return { keeper, sent, states, local, run, answer, waits: () => timer !== undefined };
}

const trouble = (status: number): Answer<never> => ({ trouble: { status, text: '' } });

test('several changes are sent once, and what is typed meanwhile afterwards, with the new revision', async () => {
  const { keeper, sent, states, local, run, answer } = openRig();
  keeper.change(editOf('a'));
  keeper.change(editOf('ab'));
  await run();
  assert.deepEqual([sent.length, sent[0]?.title, sent[0]?.base, sent[0]?.revision], [1, 'ab', 3, 0]);
  keeper.change(editOf('abc'));
  await run();
  assert.equal(sent.length, 1, 'one at a time');
  await answer({ value: { revision: 1 } });
  await run();
  assert.deepEqual([sent[1]?.title, sent[1]?.revision], ['abc', 1]);
  assert.equal(local.at(-1), 'abc', 'the browser keeps it until the server has it');
  await answer({ value: { revision: 2 } });
  assert.equal(states.at(-1), 'kept');
  assert.equal(local.at(-1), undefined);
});

test('a server that does not answer is asked again; nothing is lost', async () => {
  const { keeper, sent, states, run, answer, waits } = openRig();
  keeper.change(editOf('a'));
  for (const status of [0, 503, 0]) {
    await run();
    await answer(trouble(status));
    assert.equal(states.at(-1), 'away');
    assert.ok(waits());
  }
  await run();
  await answer({ value: { revision: 1 } });
  assert.deepEqual([sent.length, states.at(-1)], [4, 'kept']);
});

test('after a session ended all waits until somebody signs in', async () => {
  const { keeper, sent, states, run, answer } = openRig();
  keeper.change(editOf('a'));
  await run();
  await answer(trouble(401));
  assert.equal(states.at(-1), 'stranger');
  keeper.change(editOf('ab'));
  await run();
  assert.equal(sent.length, 1);
  keeper.retry();
  await run();
  assert.equal(sent[1]?.title, 'ab');
});

test('another window is overwritten only when a person says so', async () => {
  const { keeper, sent, states, run, answer } = openRig();
  keeper.change(editOf('a'));
  await run();
  await answer(trouble(409));
  assert.equal(states.at(-1), 'changed');
  keeper.change(editOf('ab'));
  await run();
  assert.equal(sent.length, 1);
  keeper.overwrite(7);
  await run();
  assert.deepEqual([sent[1]?.title, sent[1]?.revision], ['ab', 7]);
});

test('an answer that comes after saving counts no more', async () => {
  const { keeper, sent, states, run, answer } = openRig();
  keeper.change(editOf('a'));
  await run();
  keeper.restart(4, 0);
  await answer({ value: { revision: 9 } });
  assert.equal(states.at(-1), 'none');
  keeper.change(editOf('b'));
  await run();
  assert.deepEqual([sent[1]?.base, sent[1]?.revision], [4, 0]);
});

test('a refusal is told, and the next change tries again', async () => {
  const { keeper, sent, states, run, answer } = openRig();
  keeper.change(editOf('a'));
  await run();
  await answer(trouble(400));
  assert.equal(states.at(-1), 'refused');
  keeper.change(editOf('b'));
  await run();
  assert.equal(sent.length, 2);
});

test('the newest edit is opened: of the browser, of the server, else what is saved', () => {
  const saved = editOf('saved');
  const draft = { edit: editOf('draft'), base: 2, revision: 5, changedAt: '', isOutdated: false };
  const local = { edit: editOf('local'), base: 2, revision: 5 };
  const titleOf = (...of: Parameters<typeof editToOpen>) => {
    const { edit, from, isOutdated } = editToOpen(...of);
    return [edit.words.title, from, isOutdated];
  };
  assert.deepEqual(titleOf({ saved, draft: null, version: 2 }, undefined), ['saved', 'saved', false]);
  assert.deepEqual(titleOf({ saved, draft, version: 2 }, undefined), ['draft', 'draft', false]);
  assert.deepEqual(titleOf({ saved, draft: { ...draft, isOutdated: true }, version: 3 }, undefined), [
    'draft',
    'draft',
    true,
  ]);
  assert.deepEqual(titleOf({ saved, draft, version: 2 }, local), ['local', 'browser', false]);
  assert.deepEqual(titleOf({ saved, draft, version: 2 }, { ...local, revision: 4 }), ['draft', 'draft', false]);
  const broken = { edit: {} as Edit, base: 2, revision: 0 };
  assert.deepEqual(titleOf({ saved, draft: null, version: 2 }, broken), ['saved', 'saved', false]);
});

test('a browser without storage, or with nonsense in it, keeps no copy and breaks nothing', () => {
  const full = {
    getItem: () => '{',
    setItem: () => {
      throw new Error('full');
    },
    removeItem: () => undefined,
  } as unknown as Storage;
  for (const storage of [undefined, full]) {
    const copy = openLocalCopy('a', 'b', storage);
    copy.keep({ edit: editOf('x'), base: 1, revision: 1 });
    assert.equal(copy.read(), undefined);
    copy.forget();
  }
});
