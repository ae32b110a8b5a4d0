// Runs alone: no frame may be missing.
/** A box with all its folders on a FUSE file system that does what FAT drives and shares do. */
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import test from 'node:test';
import { pathOf } from '#test/support/box-api.ts';
import { startBox } from '#test/support/box.ts';
import { BOX, judgeParts, sourceIn } from '#test/support/judge.ts';
import { cannotMount, openFileSystem } from '#test/support/odd-file-system.ts';
import { inTime } from '#test/support/pace.ts';
import { until } from '#test/support/until.ts';

const { EEXIST, EINVAL, EPERM, ESTALE } = constants.errno;
const ODD = `numbers folder-sync=${EINVAL} no-links=${EPERM} no-modes=${EPERM} no-replace=${EEXIST} coarse-times any-case`;
const BARE = { bareMs: 3000, starting: true };
const RAGGED = { raggedMs: 1500 };
/** Milliseconds that a sudden end may cost. */
const LOST_MS = 2000;

test(
  'recorded, killed, continued, kept and fetched, though its disk cannot do much',
  { skip: await cannotMount('fuse') },
  (t) =>
    inTime(t, async (judge) => {
      const disk = await openFileSystem(t, 'fuse', ODD);
      const { TMPDIR } = process.env;
      process.env['TMPDIR'] = disk.folder;
      t.after(() => void (TMPDIR === undefined ? delete process.env['TMPDIR'] : (process.env['TMPDIR'] = TMPDIR)));
      const bars = { source: { driver: 'test', pattern: 'bars' } };
      const encoders = { archive: { widthPx: 640, heightPx: 360 }, confidence: { enabled: false } };
      let box = await startBox({ device: { inputs: { 1: bars }, encoders } });
      t.after(() => box.remove());
      assert.ok(box.folder.startsWith(disk.folder));
      await box.input(1, 'live');
      const { take } = await box.start({ metadata: { title: 'Odd', presenter: 'É. Noether' } });
      const lasts = (at: number, ms: number): Promise<void> =>
        until(`part ${at + 1} lasts`, async () => ((await box.recording(take)).parts[at]?.durationMs ?? 0) > ms);
      await lasts(0, 2000);
      // A share that is away for a moment.
      await disk.does(`${ODD} look=${ESTALE}`);
      await lasts(0, 4000);
      await disk.does(ODD);
      // Settings are written more than once, so that each replaces a file.
      for (const layout of [3, 5]) await box.send('POST', `/layouts/${layout}/recall`, {});
      await lasts(0, 6000);
      const before = await box.leftOut();
      const endMs = Date.now();
      await box.kill9();
      box = await startBox({ folder: box.folder });
      await until('the take goes on', async () => {
        const { recording } = await box.get<{ recording: { take: string; state: string } }>('/recording');
        return recording.take === take && recording.state === 'recording';
      });
      await lasts(1, 2500);
      const leftOut = before + (await box.leftOut());
      const recorded = await box.stopRecording(take);
      assert.deepEqual(
        recorded.parts.map(({ number, state }) => [number, state]),
        [
          [1, 'final'],
          [2, 'final'],
        ],
      );
      const parts = await judgeParts(recorded, { 1: RAGGED, 2: BARE }, { judge, leftOut });
      judge('before the end are missing', endMs - sourceIn(parts[0]!, BOX).lastClockMs, LOST_MS);
      for (const part of parts) assert.equal(part.container.tags['artist'], 'É. Noether');
      assert.deepEqual(
        (await box.alarms()).filter(({ name }) => /disk|record/.test(name)),
        [],
      );
      const name = pathOf(recorded.parts[0]!).split('/').at(-1);
      const file = `/recordings/${take}/files/${name}`;
      const etag = (await box.raw(file, { method: 'HEAD' })).headers.get('etag') ?? '';
      const rest = await box.raw(file, { headers: { range: 'bytes=1000-', 'if-range': etag } });
      assert.equal(rest.status, 206, 'a download goes on where it broke off');
      await rest.arrayBuffer();
    }),
);
