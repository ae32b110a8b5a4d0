import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementJson } from '#lib/opencast/xml/jettison.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';

const jsonOf = (xml: string): unknown => elementJson(parseXml(xml));

test('an element is its attributes, its children and its text', () => {
  assert.deepEqual(jsonOf('<a id="1"><b>x</b><b>y</b><c/><d t="e">text</d></a>'), {
    id: '1',
    b: ['x', 'y'],
    c: '',
    d: { t: 'e', $: 'text' },
  });
  assert.deepEqual(
    [jsonOf('<a/>'), jsonOf('<a>  x </a>'), jsonOf('<a><b><c>1</c></b></a>')],
    ['', 'x', { b: { c: '1' } }],
  );
});

test('values are typed by name alone', () => {
  const json = elementJson(parseXml('<a id="7"><size>12</size><title>007</title></a>'), (name, text) =>
    name === 'size' ? Number(text) : text,
  );
  assert.deepEqual(json, { id: '7', size: 12, title: '007' });
});

test('foreign names are no keys that do harm', () => {
  const json = jsonOf('<a><__proto__>x</__proto__><constructor>y</constructor></a>') as object;
  assert.deepEqual(Object.entries(json), [
    ['__proto__', 'x'],
    ['constructor', 'y'],
  ]);
  assert.equal(Object.getPrototypeOf(json), Object.prototype);
});
