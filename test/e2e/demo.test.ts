// Runs alone: a whole lecture is composed and recorded, frame by frame.
// Covers bin/demo.ts, simulator/demo.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { openDemoDesk } from './demo-desk.ts';

const { demo, leftovers, remove } = openDemoDesk();
after(remove);

/** As few as it takes. */
const SECONDS = 15;

test('the demo plans a lecture, the box records it, the server has it, and says where it is', async () => {
  const { code, said } = await demo(['--once', '--seconds', String(SECONDS)]);
  assert.equal(code, 0, said);
  const path = said
    .trimEnd()
    .split('\n')
    .findLast((line) => line.startsWith('/'));
  assert.ok(path, said);
  assert.match(path, /\/central\/media\//);
  assert.match(basename(path), /^PAES_2016_S2_Informations_g_n_ral_\d{8}_\d{6}_S1R1\.mp4$/);
  assert.ok(statSync(path).size > 500_000);
  // Asked of another program than the one that the demo asks.
  const { stdout } = await promisify(execFile)('ffprobe', ['-v', 'error', '-show_format', '-of', 'json', path]);
  const { format } = JSON.parse(stdout) as { format: { duration: string; tags: Record<string, string> } };
  assert.ok(Math.abs(Number(format.duration) - SECONDS) < 0.4, format.duration);
  assert.equal(format.tags['title'], 'Informations générales');
  for (const happened of [
    'Planned: “Informations générales”',
    'recording by itself',
    'handed over',
    'camera dies',
    'camera is back',
    'found it again',
    'trade places',
  ])
    assert.ok(said.includes(happened), happened);
  assert.match(said, /page +http:\/\/127\.0\.0\.1:\d+\/#now +\(admin, password \S+\)/);
  assert.deepEqual(leftovers(), []);
});
