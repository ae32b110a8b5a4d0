import assert from 'node:assert/strict';
import { test } from 'node:test';
import { functionsOf, longFunctions } from './functions.ts';
import { readTree } from './tree.ts';

const lines = (count: number): string => '  step();\n'.repeat(count);
const sizes = (text: string): number[] => functionsOf(text).map(({ ownLines }) => ownLines);

test('no function is longer than the law', () => {
  assert.deepEqual(longFunctions(readTree()), []);
});

test('the law sees a long function of any make', () => {
  const makes = [
    `function a(): void {\n${lines(59)}}\n`,
    `const a = (b: Map<string, { c: number }>): { d: number } => {\n${lines(59)}};\n`,
    `const a = { b() {\n${lines(59)}} };\n`,
    `class A {\n  get a(): number {\n${lines(59)}}\n}\n`,
    `test('name', async () => {\n${lines(59)}});\n`,
  ];
  for (const text of makes) {
    assert.deepEqual(longFunctions(new Map([['lib/media/a.ts', text]])).length, 1, text.slice(0, 40));
    assert.deepEqual(longFunctions(new Map([['lib/media/a.ts', text.replace('  step();\n', '')]])), []);
  }
});

test('the law sees a long component', () => {
  const makes = [
    `export function A({ b }: { b: string }) {\n${lines(58)}  return <p title="it's">{b}</p>;\n}\n`,
    `function A(b: string): string {\n${lines(59)}}\nconst c = <br />;\n`,
    `const A = () => (\n  <p\n    onClick={() => {\n${lines(59)}    }}\n  />\n);\n`,
  ];
  for (const text of makes) {
    assert.equal(longFunctions(new Map([['agent/web/a.tsx', text]])).length, 1, text.slice(0, 40));
    assert.deepEqual(longFunctions(new Map([['agent/web/a.tsx', text.replace('  step();\n', '')]])), []);
  }
});

test('inner functions are measured for themselves', () => {
  const text = `function outer() {\n  const inner = () => {\n${lines(50)}  };\n${lines(10)}}\n`;
  assert.deepEqual(sizes(text), [52, 13]);
});

test('blocks that are no functions belong to the one around them', () => {
  const text = `function a() {\n  if (b(c)) {\n${lines(5)}  }\n  for (const d of e) {\n    const f = { g: 1 };\n  }\n}\n`;
  assert.deepEqual(sizes(text), [12]);
});

test('braces in strings, templates, expressions and comments are not braces', () => {
  const tricky = [
    `const a = '{';`,
    'const b = `{ ${c ? `}{` : "{"} it\'s {`;',
    `const d = /[{/]{2}'/.test(e);`,
    `// it's a {`,
    'const j = `${k.map((l) => `<a href="http://${l ? "{" : {}.m}">`).join("")}//`;',
    `/* { */`,
    `const f = g / h; const i = '/{';`,
  ];
  for (const line of tricky) assert.deepEqual(sizes(`function a() {\n${line}\n}\nfunction z() {}\n`), [3, 1], line);
});
