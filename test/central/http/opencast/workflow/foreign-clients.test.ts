import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseMediaPackage } from '#lib/opencast/media-package.ts';
import { attributeOf, childNamed, childrenNamed, textOf } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';
import { askOf, type Ask } from '../../../rig.ts';
import { handOver, read } from '../recorded-rig.ts';

let on: IngestRig;
let ask: Ask;
const ids: number[] = [];
before(async () => {
  on = await openIngestRig();
  ask = askOf(on.rig);
  const more = { creator: 'M. Dupont', isPartOf: 'algebra', publishLive: 'true' };
  for (const id of ['ep-1', 'ep-2', 'ep-3'])
    ids.push(await handOver(on, { id, terms: { ...more, title: `Lecture ${id}` } }));
});
after(() => on.close());

const stateOf = async (id: number): Promise<string> => (await ask('GET', `/api/workflows/${id}`)).json.state as string;

describe('a program that looks for workflows', () => {
  test('finds the definitions that there are, with what they do', async () => {
    const { json } = await ask('GET', '/api/workflow-definitions?withoperations=true&filter=tag:schedule');
    assert.deepEqual(
      json.map((one: { identifier: string; operations: { operation: string }[] }) => [
        one.identifier,
        one.operations.map(({ operation }) => operation),
      ]),
      [['schedule-and-upload', ['ingest']]],
    );
    assert.deepEqual((await ask('GET', '/api/workflow-definitions?filter=tag:delete')).json, []);
    assert.deepEqual((await ask('GET', '/api/workflow-definitions?offset=1')).json, []);
    assert.equal((await ask('GET', '/api/workflow-definitions?sort=colour:ASC')).status, 400);
    assert.equal((await ask('GET', '/api/workflow-definitions/schedule-and-upload')).json.title, 'schedule-and-upload');
    assert.equal((await ask('GET', '/api/workflow-definitions/fast')).status, 404);
    const known = (await ask('GET', '/workflow/definitions.json', undefined, { as: 'agent' })).json;
    assert.deepEqual(known.definitions.definition[0].tags.tag, ['schedule', 'schedule-ng', 'upload']);
    assert.equal(
      (await ask('GET', '/workflow/definition/schedule-and-upload.json')).json.definition.operations.operation.id,
      'ingest',
    );
    const xml = parseXml((await ask('GET', '/workflow/definition/schedule-and-upload.xml')).text);
    assert.deepEqual([xml.name, textOf(childNamed(xml, 'id') ?? xml)], ['definition', 'schedule-and-upload']);
    assert.equal((await ask('GET', '/workflow/definition/fast.xml')).status, 404);
    assert.deepEqual(
      (await ask('GET', '/workflow/handlers.json')).json.map(({ id }: { id: string }) => id),
      ['ingest'],
    );
    assert.equal(
      (await ask('GET', '/workflow/statemappings.json')).json.STOPPED,
      'EVENTS.EVENTS.STATUS.PROCESSING_CANCELLED',
    );
    assert.equal((await ask('GET', '/workflow/configurationPanel?definitionId=schedule-and-upload')).status, 200);
    assert.equal((await ask('GET', '/workflow/configurationPanel?definitionId=fast')).status, 404);
  });

  test('is told what happened to a recording: its ingest, which has ended, and its parameters', async () => {
    const [id = 0] = ids;
    const { json } = await ask('GET', `/api/workflows/${id}?withoperations=true&withconfiguration=true`);
    const { operations, ...told } = json;
    assert.deepEqual(told, {
      identifier: id,
      title: 'schedule-and-upload',
      description: '',
      workflow_definition_identifier: 'schedule-and-upload',
      event_identifier: 'ep-1',
      creator: 'agent',
      state: 'instantiated',
      configuration: { publishLive: 'true' },
    });
    assert.deepEqual([operations.length, operations[0].operation, operations[0].state], [1, 'ingest', 'succeeded']);
    assert.ok(Math.abs(Date.parse(operations[0].completion) - Date.now()) < 3600_000);
    assert.equal((await ask('GET', '/api/workflows/999999')).status, 404);
    assert.equal((await ask('GET', '/api/workflows/x')).status, 404);
    const xml = (await ask('GET', `/workflow/instance/${id}.xml`)).text;
    const root = parseXml(xml);
    assert.deepEqual(
      [root.name, attributeOf(root, 'id'), attributeOf(root, 'state')],
      ['workflow', String(id), 'INSTANTIATED'],
    );
    assert.deepEqual(
      childrenNamed(childNamed(root, 'operations') ?? root, 'operation').map((one) => [
        attributeOf(one, 'template'),
        attributeOf(one, 'state'),
      ]),
      [['ingest', 'SUCCEEDED']],
    );
    assert.deepEqual(
      parseMediaPackage(xml).tracks.map(({ flavor }) => flavor),
      ['presenter/source'],
    );
    const { workflow } = (await ask('GET', `/workflow/instance/${id}.json`)).json;
    assert.deepEqual(
      [workflow.id, workflow.mediapackage.id, workflow.configurations.configuration],
      [String(id), 'ep-1', { key: 'publishLive', $: 'true' }],
    );
    const current = await ask('GET', '/workflow/mediaPackage/ep-1/currentInstance.json', undefined, { as: 'agent' });
    assert.equal(current.json.workflow.id, String(id));
  });

  test('finds those of an event, a series, a state; turns pages; counts', async () => {
    const found = async (query: string) => {
      const { workflows } = (await ask('GET', `/workflow/instances.json?${query}`)).json;
      const list = [workflows.workflow ?? []].flat();
      return [list.map((one: { mediaPackageId: string }) => one.mediaPackageId).toSorted(), workflows.totalCount];
    };
    assert.deepEqual(await found(''), [['ep-1', 'ep-2', 'ep-3'], 3]);
    assert.deepEqual(await found('mp=ep-2'), [['ep-2'], 1]);
    assert.deepEqual(await found('q=lecture%20ep-3'), [['ep-3'], 1]);
    assert.deepEqual(await found('seriesId=algebra&count=2&startPage=1&sort=MEDIA_PACKAGE_ID'), [['ep-3'], 3]);
    assert.deepEqual(await found('state=running'), [[], 0]);
    assert.deepEqual(await found('state=-instantiated'), [[], 0]);
    assert.equal((await ask('GET', '/workflow/instances.json?state=lost')).status, 400);
    assert.equal((await ask('GET', '/workflow/count?state=INSTANTIATED')).text, '3');
    const xml = parseXml((await ask('GET', '/workflow/instances.xml?count=1')).text);
    assert.deepEqual([attributeOf(xml, 'totalCount'), childrenNamed(xml, 'workflow').length], ['3', 1]);
    const listed = (await ask('GET', '/api/workflows?filter=event_identifier:ep-2,state:instantiated')).json;
    assert.deepEqual(
      listed.map((one: { event_identifier: string }) => one.event_identifier),
      ['ep-2'],
    );
    assert.equal((await ask('GET', '/api/workflows?filter=colour:red')).status, 400);
  });
});

describe('a program that changes workflows', () => {
  test('suspends one, lets it wait again, stops it, and the event says so', async () => {
    const id = ids[1] ?? 0;
    const act = async (action: string) => {
      const { status, text } = await ask('POST', `/workflow/${action}`, { id: String(id) });
      return [status, status === 200 ? attributeOf(parseXml(text), 'state') : text];
    };
    assert.deepEqual(await act('suspend'), [200, 'PAUSED']);
    assert.match((await read(on, '/api/events/ep-2', { as: 'scheduler' })).text, /STATUS\.PAUSED/);
    assert.deepEqual(await act('resume'), [200, 'INSTANTIATED']);
    assert.equal((await act('resume'))[0], 409);
    assert.deepEqual(await act('stop'), [200, 'STOPPED']);
    assert.match((await read(on, '/api/events/ep-2', { as: 'scheduler' })).text, /STATUS\.PROCESSING_CANCELLED/);
    const [status, why] = await act('suspend');
    assert.equal(status, 409);
    assert.match(String(why), /which is stopped/);
    assert.equal((await ask('POST', '/workflow/stop', { id: '999999' })).status, 404);
    const audit = (await ask('GET', '/api/v1/audit?kind=workflow', undefined, { as: 'admin' })).text;
    assert.match(audit, /"suspend"/);
    assert.match(audit, /"scheduler"/);
  });

  test('does the same by the External API, also with new parameters', async () => {
    const id = ids[2] ?? 0;
    const put = (form: object) =>
      ask('PUT', `/api/workflows/${id}?withconfiguration=true`, form as Record<string, unknown>);
    const changed = await put({ state: 'paused', configuration: { publishLive: 'false', n: 3 } });
    assert.deepEqual(
      [changed.status, changed.json.state, changed.json.configuration],
      [200, 'paused', { publishLive: 'false', n: '3' }],
    );
    assert.equal((await put({ state: 'running' })).json.state, 'instantiated', 'it waits: nobody runs it');
    assert.equal((await put({ state: 'running' })).status, 409);
    assert.equal((await put({ state: 'succeeded' })).status, 409);
    assert.equal((await put({ state: 'lost' })).status, 400);
    assert.equal((await put({ configuration: '[' })).status, 400);
    assert.equal((await put({ state: 'stopped' })).json.state, 'stopped');
    assert.equal((await put({ configuration: { a: 'b' } })).status, 409);
    assert.equal(await stateOf(id), 'stopped');
    assert.equal((await ask('PUT', `/api/workflows/${id}`, { state: 'stopped' }, { as: 'viewer' })).status, 403);
  });

  test('removes what has ended, and nothing else; the recording stays', async () => {
    const [active = 0, stopped = 0, other = 0] = ids;
    assert.equal((await ask('DELETE', `/api/workflows/${active}`)).status, 409);
    assert.equal((await ask('DELETE', `/workflow/remove/${active}`)).status, 403);
    assert.equal((await ask('DELETE', `/api/workflows/${stopped}`)).status, 204);
    assert.equal((await ask('DELETE', `/workflow/remove/${other}`)).status, 204);
    assert.equal((await ask('DELETE', `/api/workflows/${stopped}`)).status, 404);
    assert.equal((await ask('DELETE', `/workflow/remove/${other}`)).status, 404);
    assert.equal((await ask('GET', '/api/events/ep-2/media')).json.length, 1);
    assert.equal((await ask('GET', '/workflow/count')).text, '1');
  });

  test('is told honestly that nothing can be started', async () => {
    const start = (form: Record<string, unknown>) => ask('POST', '/api/workflows', form);
    const [event_identifier, workflow_definition_identifier] = ['ep-1', 'schedule-and-upload'];
    const refused = await start({ event_identifier, workflow_definition_identifier });
    assert.equal(refused.status, 501);
    assert.match(refused.text, /nothing to start: schedule-and-upload is the ingest alone/);
    assert.equal((await start({ workflow_definition_identifier })).status, 400);
    assert.equal((await start({ event_identifier: 'x', workflow_definition_identifier })).status, 404);
    assert.equal((await start({ event_identifier, workflow_definition_identifier: 'fast' })).status, 404);
    const mediapackage = '<mediapackage xmlns="http://mediapackage.opencastproject.org" id="ep-1"/>';
    assert.equal(
      (await ask('POST', '/workflow/start', { definition: 'schedule-and-upload', mediapackage })).status,
      501,
    );
    assert.equal((await ask('POST', '/workflow/start', { definition: 'fast', mediapackage })).status, 404);
    assert.equal((await ask('POST', '/workflow/start', { definition: 'schedule-and-upload' })).status, 400);
    assert.equal((await ask('GET', '/workflow/count')).text, '1', 'nothing was begun');
  });
});
