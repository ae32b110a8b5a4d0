import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withFetchedTrack } from '#agent/schedule/hand-over/package.ts';
import { emptyMediaPackage, formatMediaPackage } from '#lib/opencast/media-package.ts';
import { EIGHT, partOf } from '../samples.ts';
import { PACKAGE, server, UID } from './ingest-server.ts';

test('an ingest of which it is unknown whether it worked is looked for in all places', async (t) => {
  const made = await server(t);
  const { step, asked, answers } = made;
  const active = `GET /workflow/mediaPackage/${UID}/hasActiveWorkflows`;
  const event = `GET /api/events/${UID}`;
  const episode = `GET /assets/episode/${UID}`;
  const isThere = async (): Promise<boolean> => {
    asked.length = 0;
    const { step: next } = await step({ step: 'ingest' }, { askFirst: true });
    assert.equal(next, 'done');
    return !asked.includes('POST /ingest/ingest');
  };
  for (const line of [active, event, episode]) answers[line] = 'missing';
  assert.equal(await isThere(), false);
  made.state = 'upload_finished';
  assert.equal(await isThere(), true);
  made.state = 'uploading';
  answers[active] = '{"active":true}';
  assert.equal(await isThere(), true);
  answers[active] = '{"active":false}';
  const events: [string, boolean][] = [
    ['{"processing_state":"RUNNING"}', true],
    ['{"processing_state":"","status":"EVENTS.EVENTS.STATUS.PROCESSED"}', true],
    ['{"processing_state":"","status":"EVENTS.EVENTS.STATUS.SCHEDULED"}', false],
    ['no JSON', false],
  ];
  for (const [text, found] of events) {
    answers[event] = text;
    assert.equal(await isThere(), found, text);
  }
  const held = withFetchedTrack(PACKAGE, partOf(1), 'a/b', 'http://x/B_S1R1.mp4');
  answers[episode] = withFetchedTrack(held, partOf(2), 'a/b', 'http://x/B_S1R2.mp4');
  assert.equal(await isThere(), true);
  answers[active] = 'busy';
  await assert.rejects(step({ step: 'ingest' }, { askFirst: true }), { kind: 'busy' }, 'not known, not sent');
});

test('an event that was recorded before says nothing of this recording: its files do', async (t) => {
  const made = await server(t);
  const { answers, step, asked } = made;
  const active = `GET /workflow/mediaPackage/${UID}/hasActiveWorkflows`;
  const event = `GET /api/events/${UID}`;
  const episode = `GET /assets/episode/${UID}`;
  answers['POST /ingest/ingest'] = 'conflict';
  const first = withFetchedTrack(PACKAGE, partOf(7, { bytes: 5 }), 'a/b', 'http://x/A_S1R1.mp4');
  const both = [partOf(1), partOf(2)].reduce(
    (xml, part) => withFetchedTrack(xml, part, 'a/b', `http://x/${part.name}`),
    first,
  );
  const traces: [string, () => void][] = [
    ['a state', () => void (made.state = 'upload_finished')],
    ['a workflow', () => void (answers[active] = '{"active":true}')],
    ['an event past its planning', () => void (answers[event] = '{"processing_state":"SUCCEEDED"}')],
  ];
  for (const [what, leave] of traces) {
    made.state = undefined;
    for (const line of [active, event, episode]) answers[line] = 'missing';
    leave();
    const sent = await step({ step: 'manifest' });
    assert.equal(sent.step, 'ingest');
    answers[episode] = first;
    await assert.rejects(step(sent), { kind: 'conflict' }, `${what} of another take`);
    asked.length = 0;
    await assert.rejects(step(sent, { askFirst: true }), { kind: 'busy', unsure: true }, what);
    assert.ok(!asked.includes('POST /ingest/ingest'), `${what}: nothing is sent while it may be on its way`);
    answers[episode] = both;
    assert.equal((await step(sent)).step, 'done', `${what}, and the archive has the files`);
  }
  made.state = undefined;
  for (const line of [active, event, episode]) answers[line] = 'missing';
  const alone = await step({ step: 'manifest' });
  made.state = 'upload_finished';
  assert.equal((await step(alone)).step, 'done', 'what came after this was sent is of this');
});

test('a conflict is success if the server has it, and a conflict otherwise', async (t) => {
  const made = await server(t);
  made.answers['POST /ingest/ingest'] = 'conflict';
  made.state = 'upload_finished';
  assert.equal((await made.step({ step: 'ingest' })).step, 'done');
  made.state = 'capturing';
  await assert.rejects(made.step({ step: 'ingest' }), { kind: 'conflict' });
  made.answers['POST /ingest/ingest'] = '<workflow id="77"/>';
  assert.equal((await made.step({ step: 'ingest' })).workflowId, '77');
});

test('an ingest counts when the answer is a workflow or our package, or when the server is known to have it', async (t) => {
  const made = await server(t);
  const other = formatMediaPackage(emptyMediaPackage('11111111-6aca-413e-b2b3-eda72eebc65a', EIGHT));
  for (const line of ['workflow/mediaPackage', 'api/events', 'assets/episode'])
    made.answers[`GET /${line}/${UID}${line.startsWith('w') ? '/hasActiveWorkflows' : ''}`] = 'missing';
  for (const answer of [
    '',
    ' ',
    '<html><p>ok</p></html>',
    '{"ok":true}',
    'no XML <',
    other,
    `<workflow id="1">${other.replace(/^<\?.*?\?>/, '')}</workflow>`,
  ]) {
    made.state = undefined;
    made.answers['POST /ingest/ingest'] = answer;
    await assert.rejects(made.step({ step: 'ingest' }), { kind: 'busy', unsure: true }, answer.slice(0, 60));
    made.state = 'upload_finished';
    assert.equal((await made.step({ step: 'ingest' })).step, 'done', 'a look-up says so');
  }
  made.state = undefined;
  made.answers['POST /ingest/ingest'] = PACKAGE;
  assert.equal((await made.step({ step: 'ingest' })).step, 'done');
  made.answers['POST /ingest/ingest'] =
    '<wf:workflow xmlns:wf="http://workflow.opencastproject.org" id="9" state="FAILED"/>';
  const failed = await made.step({ step: 'ingest' });
  assert.deepEqual([failed.step, failed.workflowId, failed.attempt], ['ingest', '9', 1]);
  assert.match(failed.held ?? '', /workflow 9 is FAILED/);
});
