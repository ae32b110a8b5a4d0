import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Recording, SlideWatch } from '#agent/device/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { openRecorder, type Recorder } from '#agent/recorder/recorder.ts';
import { RECORDER_DEFAULTS, type RecorderSettings } from '#agent/recorder/settings.ts';
import { openLayoutNotes, type LayoutNotes } from '#lib/media/layout-notes.ts';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import { boxesIn, fragmentRuns } from '#lib/media/mp4-scan.ts';
import { sleep } from '#lib/runtime/clock.ts';
import { until } from '#test/support/until.ts';
import { virtualClock, type VirtualClock } from '#test/support/virtual-clock.ts';
import { FRAME_TICKS, folderFor, IDENTITY, keepingLog, PARAMETERS, picture, program } from './samples.ts';

/** A recorder with a virtual clock, fed picture by picture; FFmpeg is a program that copies. */
export interface FedRecorder {
  recorder: Recorder;
  clock: VirtualClock;
  ring: PacketRing;
  /** Whether the archive's encoder gives pictures. */
  first: { runs: boolean };
  /** Channel B: its ring, and whether its encoder gives pictures. */
  second: { ring: PacketRing; runs: boolean };
  /** Layouts of the frames of both streams. */
  layouts: { archive: LayoutNotes; 'archive-b': LayoutNotes };
  /** Time stamp of the next frame that is drawn. */
  readonly drawnTicks: number;
  facts: RecorderFact[];
  root: string;
  /** Hands so many pictures to the ring; the clock goes on with them. */
  step: (pictures: number) => void;
  /** The same, and waits until the disk has them. */
  feed: (pictures: number) => Promise<void>;
  /** Skips pictures, as an encoder that is started anew. */
  breakOff: (pictures: number) => void;
  readonly next: number;
  /** Stops while pictures go on. */
  stop: () => Promise<Recording>;
  /** Waits for something while the clock goes on slowly, as the recorder tries a slow disk again by the clock. */
  settled: <T>(promise: Promise<T>) => Promise<T>;
  /** A second recorder on the same folders. */
  again: () => Recorder;
}

/** A mark comes out as the next picture but one. */
const LAG = 1;

export async function fedRecorder(
  t: TestContext,
  more: Partial<RecorderSettings> = {},
  slides?: SlideWatch,
): Promise<FedRecorder> {
  const opened: Recorder[] = [];
  t.after(async () => {
    // What was stopped ends with the next picture.
    fed.step(5);
    const closing = Promise.all(opened.map((recorder) => recorder.close()));
    clock.advance(10_000);
    await closing;
  });
  const root = await folderFor(t);
  const copy = 'for one in "$@"; do [ "$before" = -i ] && [ -z "$from" ] && from="${one#file:}"; before="$one"; done';
  const ffmpeg = await program(
    join(root, 'ffmpeg'),
    `${copy}\ncase "$before" in *.final.tmp) cat "$from" > "\${before#file:}";; esac`,
  );
  const said = '{"format":{"duration":100000},"streams":[{"codec_type":"video","nb_frames":100000}]}';
  const ffprobe = await program(join(root, 'ffprobe'), `echo '${said}'`);
  const clock = virtualClock();
  // Pictures come at parts of a millisecond; a wall clock tells whole ones.
  const wallMs = clock.nowMs.bind(clock);
  clock.nowMs = () => Math.round(wallMs());
  const ring = openPacketRing();
  ring.setParameters(PARAMETERS);
  const first = { runs: true };
  const second = { ring: openPacketRing(), runs: true };
  second.ring.setParameters(PARAMETERS);
  const layouts = { archive: openLayoutNotes(), 'archive-b': openLayoutNotes() };
  const markedInSecond = new Set<number>();
  const facts: RecorderFact[] = [];
  const marked = new Set<number>();
  let next = 1000;
  const destinations = ['internal', 'usb'].map((name) => ({ name, folder: join(root, name), minFreeBytes: 0 }));
  const thumbnails = { ...RECORDER_DEFAULTS.thumbnails, firstMs: 1e9 };
  const again = (): Recorder => {
    const recorder = openRecorder({
      ffmpeg,
      ffprobe,
      ring,
      clock,
      log: keepingLog().log,
      markKey: () => (marked.add(next + LAG), (next + LAG) * FRAME_TICKS),
      layouts: layouts.archive,
      ...(slides ? { slides } : {}),
      second: {
        ring: second.ring,
        layouts: layouts['archive-b'],
        markKey: () => (markedInSecond.add(next + LAG), (next + LAG) * FRAME_TICKS),
      },
      settings: { ...RECORDER_DEFAULTS, timeZone: 'UTC', identity: IDENTITY, destinations, thumbnails, ...more },
      onFact: (fact) => facts.push(fact),
    });
    opened.push(recorder);
    return recorder;
  };
  const fed: FedRecorder = {
    recorder: again(),
    clock,
    ring,
    first,
    second,
    layouts,
    get drawnTicks() {
      return (next + LAG) * FRAME_TICKS;
    },
    facts,
    root,
    again,
    get next() {
      return next;
    },
    step(pictures) {
      for (let count = 0; count < pictures; count++, next++) {
        if (first.runs) ring.push(picture(next, next % 15 === 0 || marked.has(next)));
        if (second.runs) second.ring.push(picture(next, next % 15 === 0 || markedInSecond.has(next)));
        clock.advance(1000 / 15);
      }
    },
    async feed(pictures) {
      for (let count = 0; count < pictures; count++) {
        fed.step(1);
        await sleep(0);
      }
    },
    breakOff(pictures) {
      ring.breakOff('the encoder was killed');
      next += pictures;
    },
    async stop() {
      const stopped = fed.recorder.stop();
      await fed.feed(3);
      return (await fed.settled(stopped))!;
    },
    async settled(promise) {
      const timer = setInterval(() => clock.advance(50), 100);
      return promise.finally(() => clearInterval(timer));
    },
  };
  return fed;
}

/** The numbers of the pictures of a file, counted from its first. */
export async function picturesOf(path: string): Promise<number> {
  const boxes = boxesIn(await readFile(path)).filter(({ type }) => type === 'moof');
  return boxes.flatMap(({ content }) => fragmentRuns(content) ?? []).reduce((sum, { sizes }) => sum + sizes.length, 0);
}

/** Waits until all recordings are finished, and gives the names in their folders. */
export async function finishedFolders({ recorder, root }: FedRecorder): Promise<string[]> {
  const isDone = (): boolean => recorder.list().every(({ status }) => status === 'finished' || status === 'partial');
  const list = async (drive: string): Promise<string[]> =>
    readdir(join(root, drive), { recursive: true }).catch(() => []);
  let names: string[] = [];
  await until('all is finished, and its manifest written', async () => {
    names = [...(await list('internal')), ...(await list('usb'))];
    return isDone() && !names.some((name) => name.endsWith('.tmp'));
  });
  return names.toSorted();
}
