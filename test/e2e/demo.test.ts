// Runs alone: a whole lecture is composed and recorded, frame by frame.
// Covers bin/demo.ts, simulator/demo.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const DEMO = fileURLToPath(new URL('../../bin/demo', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'amphi-demo-test-'));
after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));

interface Run {
  code: number | null;
  said: string;
}

/** Runs the demo; as soon as it has said `until`, it is told to end. */
async function demo(argv: readonly string[], until?: string): Promise<Run> {
  const child = spawn(DEMO, [...argv, '--data', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += String(chunk);
      if (until && said.includes(until)) child.kill('SIGINT');
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

/** Processes whose command line names this test's folder. */
const leftovers = (): string[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')];
      } catch {
        return [];
      }
    })
    .filter((line) => line.includes(folder));

test('the demo plans a lecture, the box records it, the server has it, and says where it is', async () => {
  const { code, said } = await demo(['--once', '--seconds', '20']);
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
  assert.ok(Math.abs(Number(format.duration) - 20) < 0.4, format.duration);
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
  assert.match(said, /page +http:\/\/127\.0\.0\.1:\d+\/ +\(token \S{16}\)/);
  assert.deepEqual(leftovers(), []);
});

test('interrupted, it ends with all that it started', async () => {
  const { code, said } = await demo(['--seconds', '20'], 'recording by itself');
  assert.equal(code, 130, said);
  assert.deepEqual(leftovers(), []);
});

test('mistakes are told before anything starts', async () => {
  for (const argv of [['--seconds', '3'], ['--seconds', 'many'], ['--nope'], ['now']]) {
    const { code, said } = await demo(argv);
    assert.equal(code, 1, said);
    assert.match(said, /^error: /, argv.join(' '));
  }
});
