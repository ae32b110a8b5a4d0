import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FEW_PIXELS, startBox, TOKEN } from '#test/support/box.ts';
import { PATIENCE_MS, until } from '#test/support/until.ts';

const page = readFileSync(new URL('../../docs/api.md', import.meta.url), 'utf8');
const blocksOf = (language: string): string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, text = '']) => text);

interface Ran {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs commands as a person would who has copied them, one after the other; the first that fails ends it. */
function run(script: string, cwd: string): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(
      'sh',
      ['-eu', '-c', script],
      { cwd, timeout: PATIENCE_MS * 3, maxBuffer: 32 << 20 },
      (error, stdout, stderr) => resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

test('every command of the page about the API does what it says', async () => {
  const moving = { source: { driver: 'test', pattern: 'motion' } };
  const box = await startBox({
    device: { inputs: { 1: moving, 3: moving }, encoders: { archive: FEW_PIXELS.archive } },
  });
  try {
    await box.input(1, 'live');
    const script = blocksOf('sh')
      .join('\necho\n')
      .replace(/^BOX=.*$/m, `BOX=http://127.0.0.1:${box.ports.http}/api/v1`)
      .replace(/^TOKEN=.*$/m, `TOKEN=${TOKEN}`);
    const { code, stdout, stderr } = await run(script, box.folder);
    assert.equal(code, 0, `${stderr}\n${stdout.slice(-2000)}`);

    assert.equal(readFileSync(join(box.folder, 'now.jpg')).readUInt16BE(0), 0xffd8);
    const startBytes = statSync(join(box.folder, 'start.mp4')).size;
    assert.ok(startBytes > 0 && startBytes <= 10_000, `${startBytes} bytes of 10 000: a slow machine has no more yet`);
    const live = join(box.folder, 'live.mp4');
    const [preview = ''] = /^.* live\.mp4 .*$/m.exec(script) ?? [];
    const setUp = script.slice(0, script.indexOf('\n', script.indexOf('api()')) + 1);
    // Two seconds are little for a busy machine: then it is asked once more, and again.
    await until('the preview is there', async () => {
      if ((statSync(live, { throwIfNoEntry: false })?.size ?? 0) > 1000) return true;
      await run(`${setUp}\n${preview}`, box.folder);
      return false;
    });
    const [events = ''] = /^.* \$BOX\/events .*$/m.exec(script) ?? [];
    let heard = stdout;
    await until('an event is told', async () => {
      if (/^event: state$/m.test(heard)) return true;
      heard = (await run(`${setUp}\n${events}`, box.folder)).stdout;
      return false;
    });
    assert.match(stdout, /"endsAtMs":/);
    const [refusal = ''] = blocksOf('json');
    assert.ok(
      stdout.includes(JSON.stringify(JSON.parse(refusal))),
      `the refusal is another one: ${stdout.slice(-600)}`,
    );
    const { recordings } = await box.get<{ recordings: { id: string; metadata: { title: string } }[] }>('/recordings');
    assert.equal(recordings[0]?.metadata.title, 'Informations générales');
    const { chapters } = await box.settled(recordings[0].id);
    assert.ok(chapters.some(({ title }) => title === 'Second part'));
  } finally {
    await box.remove();
  }
});
