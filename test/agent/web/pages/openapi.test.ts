import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rowsOf, sectionsOf, typeWords, type OpenApi } from '#agent/web/pages/reference/openapi.ts';
import { boxOpenApi } from '#agent/web/http/openapi.ts';
import { apiRoutes } from '#agent/web/routes/all.ts';

const document = boxOpenApi(apiRoutes, '1') as OpenApi;

test('every route of the box stands in a section', () => {
  const told = sectionsOf(document).flatMap(({ entries }) => entries.map(({ operation }) => operation.operationId));
  for (const { id } of apiRoutes) assert.ok(told.includes(id), id);
});

test('a schema is told row by row, its parts below it', () => {
  const schema = document.paths['/api/v1/layout']?.['put']?.requestBody?.content['application/json']?.schema;
  assert.ok(schema);
  const rows = rowsOf(schema, document);
  assert.deepEqual(
    rows.slice(0, 3).map(({ name, depth }) => [name, depth]),
    [
      ['name', 0],
      ['background', 0],
      ['colour', 1],
    ],
  );
  assert.equal(typeWords({ type: 'integer', minimum: 1, maximum: 16 }), 'integer 1–16');
  assert.equal(typeWords({ type: 'array', items: { $ref: '#/components/schemas/Layout' } }), '[Layout]');
  assert.equal(typeWords({ enum: ['A', 'B'] }), '"A" | "B"');
});

test('a thing that holds itself ends somewhere', () => {
  const part = { type: 'object', properties: { inner: { $ref: '#/components/schemas/A' } } };
  assert.equal(rowsOf({ $ref: '#/components/schemas/A' }, { components: { schemas: { A: part } } }).length, 4);
});
