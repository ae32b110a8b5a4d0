import assert from 'node:assert/strict';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { before, test } from 'node:test';
import { requests } from '#agent/device/requests.ts';
import { boxOpenApi } from '#agent/web/http/openapi.ts';
import { API, type Route } from '#agent/web/http/route.ts';
import { mistakesInRows } from '#lib/http-api/rows-check.ts';
import { apiRoutes } from '#agent/web/routes/all.ts';
import { shelve, startFakeBox, type FakeBox } from '../fake-box.ts';

interface Operation {
  operationId: string;
  summary: string;
  parameters?: { name: string; in: string; schema: object }[];
  requestBody?: { content: Record<string, { schema?: object; example?: unknown }> };
  responses: Record<string, { content?: Record<string, { schema: object; example?: unknown }>; $ref?: string }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: object };
}

const document = JSON.parse(JSON.stringify(boxOpenApi(apiRoutes, '1.2.3'))) as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation, at: `${method} ${path}` })),
);
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
formats.default(ajv);
ajv.addKeyword('components');
ajv.addSchema({ $id: 'doc', components: document.components });

const validators = new Map<string, ValidateFunction>();

/** A schema of the document, with its references to other parts of the document. */
function compiled(schema: object): ValidateFunction {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"doc#/components/');
  const known = validators.get(text) ?? ajv.compile(JSON.parse(text) as object);
  validators.set(text, known);
  return known;
}

function holds(schema: object | undefined, value: unknown, at: string): void {
  assert.ok(schema, `${at} has no schema`);
  const validate = compiled(schema);
  assert.ok(validate(value), `${at}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)?.slice(0, 400)}`);
}

before(() => {
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    assert.doesNotThrow(() => compiled(schema as object), name);
  }
});

test('the document is OpenAPI 3.1', async () => {
  const { valid, errors } = await new Validator().validate({ ...document });
  assert.ok(valid, JSON.stringify(errors, undefined, 1));
});

test('a document that is none is seen', async () => {
  const { valid } = await new Validator().validate({ ...document, paths: { '/x': { get: { responses: 7 } } } });
  assert.equal(valid, false);
});

test('the rows are whole', () => assert.deepEqual(mistakesInRows(apiRoutes), []));

test('every route is there once, with summary, parameters, answers and examples', () => {
  assert.equal(operations.length, apiRoutes.length + 2);
  const ids = operations.map(({ operation }) => operation.operationId);
  assert.equal(new Set(ids).size, ids.length);
  for (const { path, operation, at } of operations) {
    assert.ok(operation.summary.length > 3, at);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name);
    const told = (operation.parameters ?? []).filter((one) => one.in === 'path').map(({ name }) => name);
    assert.deepEqual(told.toSorted(), inPath.toSorted(), at);
    const [status = ''] = Object.keys(operation.responses);
    assert.match(status, /^2\d\d$/, at);
    const json = operation.responses[status]?.content?.['application/json'];
    if (json) holds(json.schema, json.example, `${at} answer`);
    const body = operation.requestBody?.content['application/json'];
    if (body) holds(body.schema, body.example, `${at} body`);
  }
});

test('every request of the box can be asked for', () => {
  for (const name of Object.keys(requests)) assert.ok(document.paths[`${API}/requests/${name}`]?.['post'], name);
});

/** What must have been done before a route can be asked as its example asks. */
const PREPARED: Record<string, (box: FakeBox) => Promise<unknown>> = {
  pauseRecording: start,
  resumeRecording: start,
  markRecording: start,
  extendRecording: start,
  getOverlay: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  changeOverlay: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  removeOverlay: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  moveWindow: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  getPush: addPush,
  changePush: addPush,
  enablePush: addPush,
  removePush: addPush,
  request_push_enable: addPush,
  request_push_remove: addPush,
  request_overlay_remove: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  request_layout_window: (box) => box.send('POST', `${API}/layouts/1/recall`, {}),
  request_record_pause: start,
  request_record_resume: start,
  request_record_mark: start,
  request_record_extend: start,
  request_record_until: start,
  removeOverlayFile: (box) => Promise.resolve(box.pictures.set('title', Buffer.from('x'))),
};

async function start(box: FakeBox): Promise<void> {
  await box.send('POST', `${API}/recording/start`, { minutes: 5 });
}

async function addPush(box: FakeBox): Promise<void> {
  const push = { id: 'overflow', name: 'O', enabled: true, stream: 'archive', url: 'rtmp://h/live/key' };
  await box.send('PUT', `${API}/pushes/overflow`, push);
}

const VALUES: Record<string, string> = { number: '3', channel: 'B', name: 'title', stream: 'archive', id: 'overflow' };

function pathOf(route: Route): string {
  if (route.path.startsWith('/recordings/')) return `${API}${route.path.replace('{id}', 'lecture')}`;
  return `${API}${route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => VALUES[name] ?? name)}`;
}

for (const route of apiRoutes.filter((one) => 'run' in one)) {
  test(`${route.method} ${route.path} answers as the document says`, async () => {
    await using box = await startFakeBox();
    await shelve(box, 'lecture', Buffer.from('film'));
    await PREPARED[route.id]?.(box);
    const body = route.upload ? Buffer.from('\u0089PNG\r\n', 'latin1') : route.bodyExample;
    const sent = route.upload
      ? { body: body as Buffer<ArrayBuffer>, headers: { 'content-type': 'image/png' } }
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await box.ask(pathOf(route), { method: route.method, ...(body === undefined ? {} : sent) });
    const answer = await response.json();
    const operation = document.paths[`${API}${route.path}`]?.[route.method.toLowerCase()];
    assert.ok(operation);
    const { responses } = operation;
    const [status = ''] = Object.keys(responses);
    assert.equal(String(response.status), status, JSON.stringify(answer));
    holds(responses[status]?.content?.['application/json']?.schema, answer, route.id);
  });
}

test('refusals look as the document says', async () => {
  await using box = await startFakeBox();
  const schema = { $ref: '#/components/schemas/Refusal' };
  for (const [method, path, body] of [
    ['GET', '/nothing', undefined],
    ['PUT', '/status', undefined],
    ['POST', '/recording/pause', undefined],
    ['PATCH', '/inputs/7', { name: 7 }],
    ['GET', '/recordings/none', undefined],
  ] as const) {
    const { status, json } = await box.send(method, `${API}${path}`, body);
    assert.ok(status >= 400 && status < 500, path);
    holds(schema, json, path);
  }
});

test('the box gives the document away', async () => {
  await using box = await startFakeBox({ version: '1.2.3' });
  assert.deepEqual((await box.send('GET', `${API}/openapi.json`)).json, document);
});
