import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { forbiddenImports, importCycles, importsOf } from './imports.ts';
import { readTree, type Tree } from './tree.ts';

const file = (path: string, ...lines: string[]): Tree => new Map([[path, lines.join('\n')]]);
const forbidden = (path: string, ...lines: string[]): boolean => forbiddenImports(file(path, ...lines)).length > 0;

test('nobody imports what is not theirs to import', () => {
  assert.deepEqual(forbiddenImports(readTree()), []);
});

test('no imports in a circle', () => {
  assert.deepEqual(importCycles(readTree()), []);
});

describe('the law of imports sees', () => {
  const planted: [name: string, path: string, line: string][] = [
    ['a box that knows SIS in its media', 'agent/media/plan.ts', `import { parse } from '#lib/sis/parse.ts';`],
    ['a value where types are allowed', 'agent/media/plan.ts', `import { apply } from '#agent/device/apply.ts';`],
    ['control that reaches into media', 'agent/control/http.ts', `import { compose } from '#agent/media/compose.ts';`],
    ['a simulator that knows the agent', 'simulator/main.ts', `import { box } from '#agent/main.ts';`],
    ['a type of the agent in the simulator', 'simulator/a.ts', `import type { Wanted } from '#agent/device/state.ts';`],
    ['overlays that use more than media', 'overlays/render.ts', `import { openLog } from '#lib/runtime/log.ts';`],
    ['a library that knows another', 'lib/rtsp/server/server.ts', `import { a } from '#lib/media/packet.ts';`],
    ['run-time that knows anybody', 'lib/runtime/log.ts', `import { a } from '#lib/media/packet.ts';`],
    [
      'a child process outside lib/runtime',
      'agent/media/encoders/encoder.ts',
      `import { spawn } from 'node:child_process';`,
    ],
    ['execa outside lib/runtime', 'simulator/source.ts', `import { execa } from 'execa';`],
    ['ssh2 outside control', 'agent/schedule/upload.ts', `import { Client } from 'ssh2';`],
    ['files in a pure library', 'lib/media/layout.ts', `import { readFile } from 'node:fs/promises';`],
    ['the composition root imported', 'agent/web/page.ts', `import { startBox } from '#agent/main.ts';`],
    ['a relative way into another room', 'agent/media/a.ts', `import { b } from '../recorder/b.ts';`],
    ['an alias inside a room', 'agent/media/a.ts', `import { b } from '#agent/media/b.ts';`],
    ['an import on several lines', 'simulator/a.ts', `import {\n  a,\n  b,\n} from '#agent/media/a.ts';`],
    ['a re-export', 'simulator/a.ts', `export { a } from '#agent/media/a.ts';`],
    ['an import for its effect', 'simulator/a.ts', `import '#agent/media/a.ts';`],
    ['an import at run time', 'simulator/a.ts', `const a = await import('#agent/media/a.ts');`],
    ['a page that loads the box', 'agent/web/pages/a.tsx', `import { INPUTS } from '#agent/device/state.ts';`],
    ['a page that loads its server', 'agent/web/pages/shared/a.ts', `import { API } from '../../route.ts';`],
    ['a base of pages that knows a machine', 'lib/pages/a.ts', `import { openLog } from '#lib/runtime/log.ts';`],
    ['a server that leaves its package', 'central/store/a.ts', `import { a } from '../../lib/runtime/a.ts';`],
    ['a server that knows the box', 'central/store/a.ts', `import { a } from '#agent/device/state.ts';`],
    ['a room without a line', 'kitchen/a.ts', `import { a } from '#lib/media/a.ts';`],
  ];
  for (const [name, path, line] of planted) test(name, () => assert.ok(forbidden(path, line)));
});

describe('the law of imports allows', () => {
  const good: [name: string, path: string, line: string][] = [
    ['types of the device', 'agent/media/plan.ts', `import type { Wanted } from '#agent/device/state.ts';`],
    ['inline types', 'agent/media/plan.ts', `import { type Wanted, type Seen } from '#agent/device/memory.ts';`],
    ['the state file', 'agent/rtsp/serve.ts', `import { INPUTS } from '#agent/device/state.ts';`],
    ['a page, types of the box', 'agent/web/pages/a.tsx', `import type { Wanted } from '#agent/device/state.ts';`],
    ['a page, the base of all pages', 'agent/web/pages/a.tsx', `import { Button } from '#lib/pages/button.tsx';`],
    ['a neighbour in the room', 'lib/rtsp/server/server.ts', `import { parse } from './message.ts';`],
    ['run-time everywhere in lib', 'lib/rtsp/server/server.ts', `import { openScope } from '#lib/runtime/scope.ts';`],
    ['rooms, to the composition root', 'agent/main.ts', `import { startMedia } from './media/engine.ts';`],
    ['the composition root, to its command', 'agent/command.ts', `import { startBox } from './main.ts';`],
    ['a server, a package by its name', 'central/store/a.ts', `import { a } from '@amphi/lib/runtime/a.ts';`],
    ['sockets in lib/rtsp', 'lib/rtsp/server/server.ts', `import { createServer } from 'node:net';`],
    ['children in tests', 'test/e2e/a.test.ts', `import { spawn } from 'node:child_process';`],
    ['what is only spoken of', 'simulator/a.ts', `// import { a } from '#agent/media/a.ts';`],
  ];
  for (const [name, path, line] of good) {
    test(name, () => assert.deepEqual(forbiddenImports(file(path, line)), []));
  }
});

test('a circle is found once, whoever is asked first', () => {
  const tree: Tree = new Map([
    ['lib/media/a.ts', `import { b } from './b.ts';`],
    ['lib/media/b.ts', `import { c } from './c.ts';`],
    ['lib/media/c.ts', `import { a } from './a.ts';\nimport { d } from './d.ts';`],
    ['lib/media/d.ts', ''],
  ]);
  assert.deepEqual(importCycles(tree), ['lib/media/a.ts → lib/media/b.ts → lib/media/c.ts → lib/media/a.ts']);
});

test('every import of the project is read: as many as the linter of a strange eye would count', () => {
  const text = [
    `import fs from 'node:fs';`,
    `import type { A } from './a.ts';`,
    `import { type B, c } from './b.ts';`,
    `export * from './d.ts';`,
    `import './e.ts';`,
    `export const x = 'from "nowhere"';`,
  ];
  const read = importsOf(file('lib/media/x.ts', ...text)).map(({ to, typeOnly }) => [to, typeOnly]);
  assert.deepEqual(read, [
    ['node:fs', false],
    ['lib/media/a.ts', true],
    ['lib/media/b.ts', false],
    ['lib/media/d.ts', false],
    ['lib/media/e.ts', false],
  ]);
});
