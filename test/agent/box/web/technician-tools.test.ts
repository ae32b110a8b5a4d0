import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateRawSync } from 'node:zlib';
import { configSchema } from '#firmware-config/schema/config.ts';
import { technicianTools } from '#agent/box/web/technician-tools.ts';
import { openCertificate } from '#agent/control/certificate/certificate.ts';
import { openMachine } from '#agent/control/sis/machine.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { openRoadRig } from '#test/support/road.ts';

/** The file of this name in a ZIP, as text. */
function fileIn(zip: Buffer, name: string): string {
  let at = zip.readUInt32LE(zip.length - 6);
  while (at < zip.length - 22) {
    const length = zip.readUInt16LE(at + 28);
    const [packed, local] = [zip.readUInt32LE(at + 20), zip.readUInt32LE(at + 42)];
    if (zip.toString('utf8', at + 46, at + 46 + length) === name)
      return inflateRawSync(zip.subarray(local + 30 + length, local + 30 + length + packed)).toString();
    at += 46 + length;
  }
  throw new Error(`there is no ${name}`);
}

test('the support bundle has the last steps of the box, each with its time and its because, and no secret', async (t) => {
  const data = await mkdtemp(join(tmpdir(), 'amphi-desk-'));
  const rig = openRoadRig({}, { start: new Error('no destination can be used') });
  const machine = await openMachine();
  t.after(async () => {
    machine.close();
    await rm(data, { recursive: true, force: true });
  });
  const desk = technicianTools({
    config: configSchema.parse({ data, hall: 'lh100' }),
    device: rig.device,
    machine,
    steps: async () => rig.road.last(),
    certificate: await openCertificate({
      folder: data,
      certsFolder: join(data, 'certs'),
      names: ['lh100'],
      log: silentLog,
    }),
    ffmpeg: 'ffmpeg',
    version: '0',
    log: silentLog,
    onRestart: () => undefined,
  });
  rig.ask('layout.recall', { number: 5, withInputs: false });
  const push = { id: 'p', name: 'P', enabled: true, stream: 'archive' as const, url: 'rtmp://h/live/SECRET' };
  rig.ask('push.put', { push });
  rig.ask('record.start', {});
  const text = fileIn(await desk.supportBundle(), 'steps.json');
  assert.doesNotMatch(text, /SECRET/);
  const steps = JSON.parse(text) as { at: string; what: string; because: string; error?: string }[];
  assert.ok(steps.every(({ at }) => at === new Date(rig.clock.nowMs()).toISOString()));
  const lines = steps.map(({ what, because, error }) => `${what} | ${because} | ${error ?? 'done'}`);
  assert.deepEqual(lines.slice(0, 6), [
    'show scene | the box started | done',
    'offer streams | the box started | done',
    'send pushes | the box started | done',
    'save settings | the box started | done',
    'show scene | test asked over HTTP: Show a layout preset (layout.recall) | done',
    'save settings | test asked over HTTP: Show a layout preset (layout.recall) | done',
  ]);
  const asked = 'test asked over HTTP: Start a recording with the frame that is current now (record.start)';
  assert.ok(lines.includes(`start recording take | ${asked} | no destination can be used`), lines.join('\n'));
});
