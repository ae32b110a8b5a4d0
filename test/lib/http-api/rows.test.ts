import assert from 'node:assert/strict';
import { fastify, type FastifyInstance } from 'fastify';
import { describe, test } from 'node:test';
import { z } from 'zod';
import { readBodies } from '#lib/http-api/body.ts';
import { addRoutes, methodsAt } from '#lib/http-api/dispatch.ts';
import { openAnswers } from '#lib/http-api/idempotency.ts';
import { openApiOf, REFUSAL } from '#lib/http-api/openapi.ts';
import { refused } from '#lib/http-api/refusal.ts';
import type { JsonRoute, Route } from '#lib/http-api/route.ts';
import { mistakesInRows } from '#lib/http-api/rows-check.ts';

interface Asking {
  who: string;
}
type Row = Route<Asking, 'all' | 'few', 'lamps'>;
const row = <P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends z.ZodType>(
  one: JsonRoute<Asking, 'all' | 'few', 'lamps', P, Q, B, A>,
): Row => one;

const lamp = z.object({ number: z.int(), on: z.boolean() }).meta({ id: 'Lamp' });
let changes = 0;

const setLamp = row({
  id: 'setLamp',
  method: 'PUT',
  path: '/lamps/{number}',
  access: 'few',
  tag: 'lamps',
  summary: 'Switch a lamp',
  params: z.strictObject({ number: z.int().max(9) }),
  query: z.strictObject({ slowly: z.enum(['yes', 'no']).optional() }),
  body: z.strictObject({ on: z.boolean(), dimmed: z.int().optional() }),
  bodyExample: { on: true },
  answer: lamp,
  answerExample: { number: 3, on: true },
  run({ params: { number }, body: { on }, who }) {
    if (who === 'nobody') return refused(403, 'no', 'not you');
    changes++;
    return { number, on };
  },
});
const forget = row({
  id: 'forgetLamps',
  method: 'DELETE',
  path: '/lamps',
  access: 'all',
  summary: 'Forget all lamps',
  run: () => undefined,
});
const film: Row = {
  id: 'getFilm',
  method: 'GET',
  path: '/film',
  access: 'all',
  summary: 'A film',
  endless: true,
  answers: { 200: { text: 'The film', media: 'video/mp4' }, 404: { text: 'None', media: 'application/json' } },
  async serve(_asked, _request, reply) {
    await reply.type('video/mp4').send('film');
    return undefined;
  },
};
const upload = row({
  id: 'putPicture',
  method: 'PUT',
  path: '/picture',
  access: 'all',
  summary: 'A picture',
  upload: { media: ['image/png'], maxBytes: 8 },
  answer: z.object({ bytes: z.int() }),
  run: ({ body }) => ({ bytes: (body as Buffer).length }),
});
const rows = [setLamp, forget, film, upload];

function openServer(): FastifyInstance {
  const app = fastify();
  readBodies(app);
  addRoutes(app, rows, {
    base: '/v1',
    mistakesCode: 'wrong',
    contextOf: ({ headers }) => ({ who: String(headers['x-who'] ?? 'me') }),
    configOf: () => ({}),
    refuse: (reply, { refused: { status, ...why } }) => reply.code(status).send(why),
    keys: { answers: openAnswers(() => 0), askerOf: ({ who }) => who },
  });
  return app;
}

test('a row is a route: its parts are read by its schemas', async () => {
  await using app = openServer();
  const ask = { method: 'PUT', url: '/v1/lamps/3?slowly=no', payload: { on: true } } as const;
  const answer = await app.inject(ask);
  assert.deepEqual([answer.statusCode, answer.json()], [200, { number: 3, on: true }]);
  assert.equal(answer.headers['cache-control'], 'no-store');
  const no = await app.inject({ ...ask, headers: { 'x-who': 'nobody' } });
  assert.deepEqual([no.statusCode, no.json()], [403, { code: 'no', text: 'not you' }]);
  assert.equal((await app.inject({ method: 'DELETE', url: '/v1/lamps' })).statusCode, 204);
});

test('all mistakes of a request are told at once', async () => {
  await using app = openServer();
  const answer = await app.inject({
    method: 'PUT',
    url: '/v1/lamps/12?slowly=perhaps&often=yes',
    payload: { on: 'yes', dimmed: 0.5 },
  });
  assert.equal(answer.statusCode, 400);
  const { code, mistakes } = answer.json<{ code: string; mistakes: { at: string }[] }>();
  assert.equal(code, 'wrong');
  assert.deepEqual(
    mistakes.map(({ at }) => at),
    ['path.number', 'query.slowly', 'query', 'body.on', 'body.dimmed'],
  );
});

test('what takes nothing refuses what is sent, and a file is as large as its row says', async () => {
  await using app = openServer();
  const sent = await app.inject({ method: 'DELETE', url: '/v1/lamps', payload: { all: true } });
  assert.equal(sent.statusCode, 400);
  const put = async (bytes: number) =>
    app.inject({
      method: 'PUT',
      url: '/v1/picture',
      headers: { 'content-type': 'image/png' },
      payload: Buffer.alloc(bytes),
    });
  assert.deepEqual((await put(8)).json(), { bytes: 8 });
  assert.equal((await put(9)).statusCode, 413);
});

test('a change with a key is done once for each who asks', async () => {
  await using app = openServer();
  const before = changes;
  const put = async (key: string, who: string, on = true) =>
    app.inject({
      method: 'PUT',
      url: '/v1/lamps/3',
      payload: { on },
      headers: { 'idempotency-key': key, 'x-who': who },
    });
  await put('k', 'a');
  await put('k', 'a');
  await put('k', 'b');
  assert.equal(changes - before, 2);
  assert.equal((await put('k', 'a', false)).statusCode, 422);
  assert.equal((await put('a b', 'a')).statusCode, 400);
  assert.equal(changes - before, 2);
});

test('an endless answer has no HEAD, and a path knows its methods', async () => {
  await using app = openServer();
  assert.equal((await app.inject({ method: 'HEAD', url: '/v1/film' })).statusCode, 404);
  assert.deepEqual(methodsAt(rows, '/v1', '/v1/lamps/7'), ['PUT']);
  assert.deepEqual(methodsAt(rows, '/v1', '/v1/lamp'), []);
});

test('the document says what the rows say', () => {
  const document = openApiOf(rows, {
    base: '/v1',
    head: { info: { title: 'Lamps', version: '1' } },
    securitySchemes: {},
    refusal: z.object({ code: z.string(), text: z.string() }).meta({ id: 'Refusal' }),
    others: { '/other': { get: {} } },
    accessOf: ({ access }) => ({ 'x-access': access }),
    refusalsOf: ({ params }) => (params ? { 404: REFUSAL } : {}),
  }) as { paths: Record<string, Record<string, Record<string, unknown>>>; components: { schemas: object } };
  const put = document.paths['/v1/lamps/{number}']?.['put'];
  assert.equal(put?.['x-access'], 'few');
  assert.deepEqual(put?.['tags'], ['lamps']);
  const { responses } = put as { responses: Record<string, { content?: object }> };
  assert.deepEqual(Object.keys(responses), ['200', '404']);
  assert.deepEqual(responses['200']?.content, {
    'application/json': { schema: { $ref: '#/components/schemas/Lamp' }, example: { number: 3, on: true } },
  });
  assert.deepEqual(put?.['parameters'], [
    { name: 'number', in: 'path', required: true, schema: { type: 'integer', maximum: 9 } },
    { name: 'slowly', in: 'query', required: false, schema: { type: 'string', enum: ['yes', 'no'] } },
  ]);
  assert.deepEqual(Object.keys(document.components.schemas), ['Lamp', 'Refusal']);
  assert.deepEqual(Object.keys(document.paths['/v1/lamps']?.['delete']?.['responses'] ?? {}), ['204']);
});

describe('a planted wrong row is seen', () => {
  const planted: Record<string, [Row, RegExp]> = {
    'without a schema for its path': [{ ...setLamp, params: z.strictObject({}) }, /\{number\} has no schema/],
    'with a parameter that is not in its path': [{ ...setLamp, path: '/lamp' }, /params\.number is not in the path/],
    'with an example that is none': [{ ...setLamp, answerExample: { number: '3' } }, /answerExample\.number/],
    'with a body for GET': [{ ...setLamp, method: 'GET' }, /GET has no body/],
    'with no good answer': [{ ...film, answers: { 404: { text: 'None' } } }, /no answer that is good/],
    'that says nothing': [{ ...forget, summary: ' ' }, /no summary/],
    'with a path that is none': [{ ...forget, path: 'lamps/' }, /is no path/],
  };
  for (const [name, [wrong, expected]] of Object.entries(planted)) {
    test(name, () => assert.match(mistakesInRows([wrong]).join('\n'), expected));
  }
  test('twice', () => {
    const other = { ...setLamp, path: '/lamps/{name}', params: z.strictObject({ name: z.string() }) };
    assert.deepEqual(mistakesInRows([setLamp, other]), [
      'setLamp: two rows have this id',
      'PUT /lamps/{}: two rows stand here',
    ]);
  });
  test('but not a good one', () => assert.deepEqual(mistakesInRows(rows), []));
});
