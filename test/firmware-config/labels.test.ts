import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formSchema } from '#firmware-config/words/form.ts';
import { leavesOf } from '#firmware-config/words/leaves.ts';
import type { Said } from '#firmware-config/schema/key.ts';

const both = (said: Said | undefined): string[] =>
  said === undefined ? [] : typeof said === 'string' ? [said, said] : [said.en, said.fr];

test('each setting of the pages is called by a noun of at most four words, in both languages', () => {
  const wrong = leavesOf(formSchema).flatMap(({ key, words }) => {
    const labels = both(words?.label);
    if (labels.length === 0) return [`${key}: no label`];
    return labels
      .filter(
        (label) => label.split(/[\s’]+/).length > 5 || label.split(/\s+/).length > 4 || /[.:;,](?!\d)/.test(label),
      )
      .map((label) => `${key}: ${label}`);
  });
  assert.deepEqual(wrong, []);
});

test('each is explained in French too, and each value of a choice has a name', () => {
  const wrong = leavesOf(formSchema).flatMap(({ key, schemas, words }) => {
    const values = schemas.flatMap((one) => one.enum ?? (one.const === undefined ? [] : [one.const]));
    const unnamed = values.filter((value) => typeof value === 'string' && words?.values?.[value] === undefined);
    return [
      ...(words?.fr === undefined ? [`${key}: no French`] : []),
      ...(typeof words?.form === 'string' ? [`${key}: its form is in English alone`] : []),
      ...unnamed.map((value) => `${key}: ${String(value)} has no name`),
    ];
  });
  assert.deepEqual(wrong, []);
});

test('settings beside each other are not called the same', () => {
  const groups = Map.groupBy(leavesOf(formSchema), ({ key }) => key.replace(/\.[^.]+$/, ''));
  const same = [...groups].flatMap(([group, leaves]) => {
    const labels = leaves.map(({ key, words }) => `${/\.([A-Z])$/.exec(key)?.[1] ?? ''} ${both(words?.label)[1]}`);
    return labels.length === new Set(labels).size ? [] : [`${group}: ${labels.join(', ')}`];
  });
  assert.deepEqual(same, []);
});
