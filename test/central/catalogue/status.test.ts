import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { listEvents, statusOfListed } from '#central/catalogue/list-events.ts';
import {
  opencastStatus,
  statusesNamed,
  statusOf,
  type EventStatus,
  type StatusFacts,
} from '#central/catalogue/status.ts';
import { RECORDING_STATES } from '#lib/opencast/agent-state.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';

const NOW_MS = Date.UTC(2026, 10, 29, 12);
const HOUR_MS = 3_600_000;
const facts = (some: Partial<StatusFacts> = {}): StatusFacts => ({
  workflowState: null,
  newestVersion: null,
  recordingState: null,
  endsAtMs: undefined,
  ...some,
});
const WORKFLOW_STATES = [
  'instantiated',
  'running',
  'failing',
  'paused',
  'succeeded',
  'failed',
  'stopped',
  'unheard-of',
];

describe('where an event stands', () => {
  const expected: readonly [what: string, of: Partial<StatusFacts>, status: EventStatus][] = [
    ['nothing happened yet', {}, 'scheduled'],
    ['it is to come', { endsAtMs: NOW_MS + HOUR_MS }, 'scheduled'],
    ['it has just ended', { endsAtMs: NOW_MS - 1 }, 'scheduled'],
    ['it ended an hour ago', { endsAtMs: NOW_MS - HOUR_MS }, 'scheduled'],
    ['it ended longer ago', { endsAtMs: NOW_MS - HOUR_MS - 1 }, 'missed'],
    ['its agent knows nothing', { recordingState: 'unknown', endsAtMs: NOW_MS - 2 * HOUR_MS }, 'missed'],
    ['it is recorded', { recordingState: 'capturing' }, 'recording'],
    ['it was recorded', { recordingState: 'capture_finished' }, 'recording'],
    ['it is packed', { recordingState: 'manifest' }, 'ingesting'],
    ['it was packed', { recordingState: 'manifest_finished' }, 'ingesting'],
    ['it is compressed', { recordingState: 'compressing' }, 'ingesting'],
    ['it is sent', { recordingState: 'uploading', endsAtMs: NOW_MS - 9 * HOUR_MS }, 'ingesting'],
    ['it was sent', { recordingState: 'upload_finished' }, 'ingesting'],
    ['it could not be recorded', { recordingState: 'capture_error' }, 'recording-failed'],
    ['it could not be packed', { recordingState: 'manifest_error' }, 'recording-failed'],
    ['it could not be compressed', { recordingState: 'compressing_error' }, 'recording-failed'],
    ['it could not be sent', { recordingState: 'upload_error' }, 'recording-failed'],
    ['it came, without a workflow', { newestVersion: 1, recordingState: 'capturing' }, 'processed'],
    ['its workflow is to begin', { workflowState: 'instantiated', newestVersion: 1 }, 'pending'],
    ['its workflow runs', { workflowState: 'running', newestVersion: 1 }, 'processing'],
    ['its workflow is about to fail', { workflowState: 'failing', newestVersion: 1 }, 'processing'],
    ['its workflow waits for a person', { workflowState: 'paused', newestVersion: 1 }, 'paused'],
    ['its workflow is done', { workflowState: 'succeeded', newestVersion: 2 }, 'processed'],
    ['its workflow failed', { workflowState: 'failed', newestVersion: 1 }, 'processing-failed'],
    ['somebody stopped its workflow', { workflowState: 'stopped', newestVersion: 1 }, 'processing-cancelled'],
    ['the workflow wins over the agent', { workflowState: 'failed', recordingState: 'capturing' }, 'processing-failed'],
    ['a workflow in a state of its own', { workflowState: 'unheard-of', newestVersion: 1 }, 'processed'],
  ];
  for (const [what, of, status] of expected)
    test(`${what}: ${status}`, () => assert.equal(statusOf(facts(of), NOW_MS), status));

  test('no state of a recording is forgotten but the one that says nothing', () => {
    const scheduled = RECORDING_STATES.filter(
      (recordingState) => statusOf(facts({ recordingState }), NOW_MS) === 'scheduled',
    );
    assert.deepEqual(scheduled, ['unknown']);
  });

  test('has the names that Opencast gives it, and is found by them', () => {
    assert.equal(opencastStatus('recording-failed'), 'EVENTS.EVENTS.STATUS.RECORDING_FAILURE');
    assert.equal(opencastStatus('processing-cancelled'), 'EVENTS.EVENTS.STATUS.PROCESSING_CANCELLED');
    assert.deepEqual(statusesNamed('EVENTS.EVENTS.STATUS.SCHEDULED'), ['scheduled', 'missed']);
    assert.deepEqual(statusesNamed('EVENTS.EVENTS.STATUS.PAUSED'), ['paused']);
    assert.deepEqual(statusesNamed('PAUSED'), []);
  });
});

describe('filtered by the database', () => {
  let opened: TestDatabase;
  before(async () => {
    opened = await freshDatabase();
    const { database } = opened;
    const all = [null, ...RECORDING_STATES].flatMap((recording) =>
      [undefined, null, ...WORKFLOW_STATES].map((workflow) => ({ recording, workflow })),
    );
    for (const [n, { recording, workflow }] of all.entries()) {
      const event = `e${n}`;
      await database.insertInto('events').values({ id: event, title: event, recording_state: recording }).execute();
      // Undefined: nothing was ingested; null: it was, without a workflow.
      if (workflow === undefined) continue;
      const version = { event, version: 1 };
      await database
        .insertInto('event_versions')
        .values({ ...version, package: event, content: '', manifest: '' })
        .execute();
      if (workflow !== null)
        await database
          .insertInto('workflows')
          .values({ ...version, definition: 'fast', state: workflow })
          .execute();
    }
  });
  after(() => opened.close());

  test('every event stands where the function says it does', async () => {
    const all = await listEvents(opened.database, { filters: [], sorting: [] });
    assert.equal(all.length, (RECORDING_STATES.length + 1) * (WORKFLOW_STATES.length + 2));
    const names = new Set(all.map((event) => opencastStatus(statusOfListed(event, NOW_MS))));
    assert.equal(names.size, 10);
    for (const name of names) {
      const found = await listEvents(opened.database, { filters: [[{ name: 'status', value: name }]], sorting: [] });
      const expected = all.filter((event) => opencastStatus(statusOfListed(event, NOW_MS)) === name);
      assert.deepEqual(found.map(({ id }) => id).toSorted(), expected.map(({ id }) => id).toSorted(), name);
    }
  });

  test('the newest workflow counts, not the first', async () => {
    const { database } = opened;
    const version = { event: 'e0', version: 1, package: 'e0', content: '', manifest: '' };
    await database.insertInto('event_versions').values(version).execute();
    for (const state of ['failed', 'running'])
      await database.insertInto('workflows').values({ event: 'e0', version: 1, definition: 'fast', state }).execute();
    const [event] = await listEvents(database, { filters: [[{ name: 'identifier', value: 'e0' }]], sorting: [] });
    assert.ok(event);
    assert.equal(statusOfListed(event, NOW_MS), 'processing');
  });
});
