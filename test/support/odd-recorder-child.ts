// A program for tests: records numbered pictures into the destinations argv[2] (JSON) for argv[3] seconds (`alarm`:
// until 2 s after an alarm; `told`: until stdin ends), on any file system, and prints the result as JSON.
// `{"at": "running"}` comes first, when pictures are on the disk.
import { existsSync, statSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { openRecorder } from '#agent/recorder/recorder.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import { realClock, sleep } from '#lib/runtime/clock.ts';
import { openLog, silentLog } from '#lib/runtime/log.ts';
import { numberedStream, numbersIn, openFakeEncoder } from '#test/support/numbered-stream.ts';
import { pathsOf, TEST_SETTINGS } from '#test/support/recorder-rig.ts';
import { until } from '#test/support/until.ts';

const [destinations = '[]', length = '5'] = process.argv.slice(2);
const warnings: string[] = [];
process.on('warning', (warning) => void warnings.push(warning.message));
const ring = openPacketRing();
const encoder = openFakeEncoder(ring, await numberedStream(), { gop: 10 });
const facts: RecorderFact[] = [];
const recorder = openRecorder({
  ring,
  markKey: encoder.markKey,
  clock: realClock,
  log: process.env['AMPHI_LOG'] ? openLog() : silentLog,
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffprobe',
  settings: { ...TEST_SETTINGS, destinations: JSON.parse(destinations) },
  onFact: (fact) => facts.push(fact),
});
const handle = recorder.start({});
encoder.run(1);
const onDisk = (): number => {
  const { file } = recorder.seen();
  return file === undefined || !existsSync(file) ? 0 : statSync(file).size;
};
// The event comes only when the file exists: if something else took its name before, the recorder would use another
// name.
await until('it is written', () => onDisk() > 3000);
console.log(JSON.stringify({ at: 'running', file: recorder.seen().file }));
const raised = (): string[] =>
  facts.flatMap((fact) => (fact.kind === 'alarm' && 'raise' in fact ? [fact.raise.name] : []));
if (length === 'alarm') await until('an alarm', () => raised().length > 0);
if (length === 'told') await finished(process.stdin.resume());
else await sleep(length === 'alarm' ? 2000 : Number(length) * 1000);
await recorder.stop();
encoder.pause();
let info = await handle.finished;
// Parts on a disk that was away are finished when the recorder has looked at its disks again.
const isLeft = (): boolean => recorder.find(info.id)?.parts.some(({ state }) => state === 'written') ?? false;
await until('all parts are finished', () => !isLeft(), { limitMs: 60_000 }).catch(() => undefined);
info = recorder.find(info.id) ?? info;
const numbers: number[] = [];
for (const path of pathsOf(info)) numbers.push(...(await numbersIn(path)));
console.log(JSON.stringify({ at: 'over', info, numbers, alarms: raised(), warnings }));
await recorder.close();
process.exit(0);
