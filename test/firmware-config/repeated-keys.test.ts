import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { checkedText, ConfigError } from '#firmware-config/document/text.ts';

const anything = z.record(z.string(), z.unknown());
const mistakesIn = (text: string): readonly string[] => {
  try {
    checkedText(anything, text, { name: 'box.yaml' });
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError);
    return error.mistakes;
  }
};

test('a key that stands twice in one map is told, each with its place, in YAML and in JSON', () => {
  assert.deepEqual(mistakesIn('hall: a\nhttp:\n  port: 1\n  port: 2\nhall: b\nhall: c\n'), [
    'box.yaml:4:3: Map keys must be unique',
    'box.yaml:5:1: Map keys must be unique',
    'box.yaml:6:1: Map keys must be unique',
  ]);
  assert.deepEqual(mistakesIn('{"a": {"b": 1, "b": 2}}'), ['box.yaml:1:16: Map keys must be unique']);
  assert.deepEqual(mistakesIn('1: a\n"1": b\n'), ['box.yaml:2:1: Map keys must be unique'], 'one would be lost');
  assert.deepEqual(mistakesIn('__proto__: 1\n__proto__: 2\n'), ['box.yaml:2:1: Map keys must be unique']);
});

test('one key in several maps is none that stands twice', () => {
  assert.deepEqual(mistakesIn('a: { x: 1 }\nb: { x: 1 }\nc: [{ x: 1 }, { x: 2 }]\n'), []);
});
