// Runs alone: a whole lecture is composed and recorded, frame by frame.
// Covers bin/demo.ts, simulator/demo.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { after, test } from 'node:test';
import { promisify } from 'node:util';
import { inTime } from '#test/support/pace.ts';
import { openDemoDesk } from './demo-desk.ts';

const { demo, leftovers, remove } = openDemoDesk();
after(remove);

/** As few as it takes. */
const SECONDS = 15;

/** EBU R 37: sound is at most so late. */
const LIP_SYNC_MS = 60;

/** What the demo found wrong; it tells a few of many. */
function wrongIn(said: string): string[] {
  assert.doesNotMatch(said, /^ +and \d+ more$/m, said);
  return [...said.matchAll(/^WRONG +(.*)$/gm)].map(([, what = '']) => what);
}

/** How late sound is beside a picture that was late; undefined for all other faults. */
const lateMsOf = (what: string): number | undefined => {
  const [, ms] = /: its sound is (\d+) ms late /.exec(what) ?? [];
  return ms === undefined ? undefined : Number(ms);
};

test('the demo plans a lecture, the box records it, the server has it, and says where it is', (t) =>
  inTime(t, async (judge) => {
    const { code, said } = await demo(['--once', '--seconds', String(SECONDS)]);
    const wrong = wrongIn(said);
    for (const what of wrong) judge(what, lateMsOf(what) ?? assert.fail(said), LIP_SYNC_MS);
    assert.equal(code, wrong.length > 0 ? 1 : 0, said);
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
      'published ',
      'camera dies',
      'camera is back',
      'found it again',
      'trade places',
    ])
      assert.ok(said.includes(happened), happened);
    assert.match(said, /page +http:\/\/127\.0\.0\.1:\d+\/#now +\(admin, password \S+\)/);
    assert.deepEqual(leftovers(), []);
  }));
