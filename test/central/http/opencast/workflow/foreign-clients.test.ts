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
    const byId = new Map<string, { operation: string; if: string }[]>(
      json.map((one: { identifier: string; operations: { operation: string; if: string }[] }) => [
        one.identifier,
        one.operations,
      ]),
    );
    assert.deepEqual([...byId.keys()], ['schedule-and-upload', 'hd-720p', 'fast']);
    const operations = byId.get('schedule-and-upload') ?? [];
    assert.deepEqual([operations[0]?.operation, operations.at(-1)?.operation], ['defaults', 'cleanup']);
    assert.ok(operations.some((one) => one.if === '${straightToPublishing}'));
    const deleting = (await ask('GET', '/api/workflow-definitions?filter=tag:delete')).json;
    assert.deepEqual(
      deleting.map((one: { identifier: string }) => one.identifier),
      ['delete'],
    );
    assert.deepEqual((await ask('GET', '/api/workflow-definitions?offset=100')).json, []);
    assert.equal((await ask('GET', '/api/workflow-definitions?sort=colour:ASC')).status, 400);
    assert.equal((await ask('GET', '/api/workflow-definitions/schedule-and-upload')).json.title, 'Process and publish');
    assert.equal((await ask('GET', '/api/workflow-definitions/none')).status, 404);
    const known = (await ask('GET', '/workflow/definitions.json', undefined, { as: 'agent' })).json;
    const offered = known.definitions.definition as { id: string; tags: { tag: string[] } }[];
    const first = offered.find((one) => one.id === 'schedule-and-upload');
    assert.deepEqual(first?.tags.tag, ['upload', 'schedule', 'schedule-ng']);
    assert.equal(
      (await ask('GET', '/workflow/definition/schedule-and-upload.json')).json.definition.operations.operation[0].id,
      'defaults',
    );
    const xml = parseXml((await ask('GET', '/workflow/definition/schedule-and-upload.xml')).text);
    assert.deepEqual([xml.name, textOf(childNamed(xml, 'id') ?? xml)], ['definition', 'schedule-and-upload']);
    assert.equal((await ask('GET', '/workflow/definition/none.xml')).status, 404);
    const handlers: string[] = (await ask('GET', '/workflow/handlers.json')).json.map(({ id }: { id: string }) => id);
    for (const id of ['encode', 'editor', 'publish-engage', 'send-email']) assert.ok(handlers.includes(id), id);
    assert.equal(
      (await ask('GET', '/workflow/statemappings.json')).json.STOPPED,
      'EVENTS.EVENTS.STATUS.PROCESSING_CANCELLED',
    );
    assert.equal((await ask('GET', '/workflow/configurationPanel?definitionId=schedule-and-upload')).status, 200);
    assert.equal((await ask('GET', '/workflow/configurationPanel?definitionId=none')).status, 404);
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
    assert.deepEqual([operations[0].operation, operations[0].state], ['ingest', 'succeeded']);
    assert.deepEqual([operations[1].operation, operations[1].state], ['defaults', 'instantiated']);
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
      childrenNamed(childNamed(root, 'operations') ?? root, 'operation')
        .slice(0, 2)
        .map((one) => [attributeOf(one, 'template'), attributeOf(one, 'state')]),
      [
        ['ingest', 'SUCCEEDED'],
        ['defaults', 'INSTANTIATED'],
      ],
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
    assert.deepEqual(await act('resume'), [200, 'RUNNING']);
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
    assert.equal((await put({ state: 'running' })).json.state, 'running');
    assert.equal((await put({ state: 'running' })).status, 200, 'it is running');
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

  test('starts one on a recording, unless another one is at work or there is nothing to work on', async () => {
    const start = (form: Record<string, unknown>) => ask('POST', '/api/workflows', form);
    const [event_identifier, workflow_definition_identifier] = ['ep-1', 'republish-metadata'];
    const refused = await start({ event_identifier, workflow_definition_identifier });
    assert.equal(refused.status, 409);
    assert.match(refused.text, /workflow \d+ \(schedule-and-upload\) of this event is not over yet/);
    assert.equal((await start({ workflow_definition_identifier })).status, 400);
    assert.equal((await start({ event_identifier: 'x', workflow_definition_identifier })).status, 404);
    assert.equal((await start({ event_identifier, workflow_definition_identifier: 'none' })).status, 404);
    const [active = 0] = ids;
    assert.equal((await ask('POST', '/workflow/stop', { id: String(active) })).status, 200);
    const configuration = JSON.stringify({ publishLive: true });
    const begun = await start({ event_identifier, workflow_definition_identifier, configuration });
    assert.deepEqual([begun.status, begun.json.state], [201, 'instantiated']);
    assert.match(String(begun.headers['location']), /\/api\/workflows\/\d+$/);
    const { json } = await ask('GET', `/api/workflows/${begun.json.identifier}?withconfiguration=true`);
    assert.deepEqual(json.configuration, { publishLive: 'true' });
    const mediapackage = (id: string): string =>
      `<mediapackage xmlns="http://mediapackage.opencastproject.org" id="${id}"/>`;
    const byService = (definition: string, id: string) =>
      ask('POST', '/workflow/start', { definition, mediapackage: mediapackage(id), properties: 'a=b\nc = d' });
    assert.equal((await byService('none', 'ep-2')).status, 404);
    const other = await byService('republish-metadata', 'ep-2');
    assert.equal(other.status, 200);
    const [, number] = / id="(\d+)"/.exec(other.text) ?? [];
    const told = (await ask('GET', `/api/workflows/${number}?withconfiguration=true`)).json;
    assert.deepEqual([told.event_identifier, told.configuration], ['ep-2', { a: 'b', c: 'd' }]);
    assert.equal((await ask('POST', '/workflow/start', { definition: 'republish-metadata' })).status, 400);
  });

  test('starts one for many events at once by the admin interface', async () => {
    const metadata = (workflow: string, ...events: string[]) => ({
      metadata: JSON.stringify({ workflow, configuration: Object.fromEntries(events.map((id) => [id, { x: true }])) }),
    });
    const start = (form: Record<string, unknown>) => ask('POST', '/admin-ng/tasks/new', form);
    const done = await start(metadata('republish-metadata', 'ep-3', 'ep-1'));
    assert.deepEqual([done.status, done.json.length], [201, 1], 'one of them has a workflow at work');
    assert.equal((await start(metadata('none', 'ep-3'))).status, 404);
    assert.equal((await start(metadata('republish-metadata', 'ep-3'))).status, 409);
    assert.equal((await start(metadata('republish-metadata'))).status, 400);
  });
});
