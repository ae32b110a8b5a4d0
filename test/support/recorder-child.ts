/**
 * A process that records into the folder it is given until it is killed; prints the number of the latest picture, and
 * the bytes on the disk.
 */
import { openRecorder } from '#agent/recorder/recorder.ts';
import { openPacketRing } from '#lib/media/packet-ring.ts';
import { realClock } from '#lib/runtime/clock.ts';
import { silentLog } from '#lib/runtime/log.ts';
import { numberedStream, openFakeEncoder } from '#test/support/numbered-stream.ts';
import { TEST_SETTINGS } from '#test/support/recorder-rig.ts';

const folder = process.argv[2] ?? '';
const ring = openPacketRing();
const encoder = openFakeEncoder(ring, await numberedStream());
const recorder = openRecorder({
  ring,
  markKey: encoder.markKey,
  clock: realClock,
  log: silentLog,
  ffmpeg: 'ffmpeg',
  ffprobe: 'ffprobe',
  settings: { ...TEST_SETTINGS, destinations: [{ name: 'internal', folder, minFreeBytes: 0 }] },
  onFact: () => undefined,
});
await recorder.recover();
recorder.start({ metadata: { title: 'Cut off' } });
encoder.run(1);
setInterval(() => process.stdout.write(`${encoder.next} ${recorder.seen().bytes}\n`), 10);
