import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filledIn } from '#central/workflows/run/keys.ts';
import { openCatalogue } from '#lib/opencast/workflows/catalogue/catalogue.ts';
import { openVariables } from '#lib/opencast/workflows/variables.ts';

test('variables are filled into values, never into conditions', () => {
  const row = openCatalogue().find('conditional-config')!;
  const configuration = new Map([
    ['configuration-name', '${name}'],
    ['condition-1', "${kind} == 'x'"],
    ['value-1', '${kind} ${missing} ${missing:none}'],
  ]);
  const variables = openVariables(
    new Map([
      ['name', 'profile'],
      ['kind', "'x' OR true"],
    ]),
  );
  assert.deepEqual(Object.fromEntries(filledIn(row, configuration, variables)), {
    'configuration-name': 'profile',
    'condition-1': "${kind} == 'x'",
    'value-1': "'x' OR true ${missing} none",
  });
});
