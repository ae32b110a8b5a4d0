import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { openRecorder, type Recorder } from '#agent/recorder/recorder.ts';
import type { Recording } from '#agent/device/recording.ts';
import { RECORDER_DEFAULTS, type RecorderSettings } from '#agent/recorder/settings.ts';
import { openPacketRing, type PacketRing } from '#lib/media/packet-ring.ts';
import { realClock, type Clock } from '#lib/runtime/clock.ts';
import { openLog, silentLog } from '#lib/runtime/log.ts';
import { numberedStream, openFakeEncoder, type FakeEncoder } from '#test/support/numbered-stream.ts';

export interface Rig {
  folder: string;
  ring: PacketRing;
  encoder: FakeEncoder;
  facts: RecorderFact[];
  recorder: Recorder;
  /** Opens a second recorder on the same folders, as after a restart. */
  open(): Recorder;
  alarms(): string[];
}

export interface RigOptions {
  settings?: Partial<RecorderSettings>;
  encoder?: Parameters<typeof openFakeEncoder>[2];
  ffmpeg?: string;
  clock?: Clock;
  folder?: string;
}

export const TEST_SETTINGS: Omit<RecorderSettings, 'destinations'> = {
  ...RECORDER_DEFAULTS,
  identity: { hall: 'Amphi D', device: 'SMP-351', deviceId: '', version: '3.06' },
};

/**
 * Opens a recorder on a folder of its own, fed by a fake encoder with really encoded pictures; all is removed after the
 * test.
 */
export async function rig(test: TestContext, options: RigOptions = {}): Promise<Rig> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'amphi-recorder-')));
  const ring = openPacketRing();
  const encoder = openFakeEncoder(ring, await numberedStream(), options.encoder);
  const facts: RecorderFact[] = [];
  const opened: Recorder[] = [];
  const open = (): Recorder => {
    const recorder = openRecorder({
      ring,
      markKey: encoder.markKey,
      clock: options.clock ?? realClock,
      log: process.env['AMPHI_LOG'] ? openLog() : silentLog,
      ffmpeg: options.ffmpeg ?? 'ffmpeg',
      ffprobe: 'ffprobe',
      settings: {
        ...TEST_SETTINGS,
        destinations: [{ name: 'internal', folder, minFreeBytes: 0 }],
        ...options.settings,
      },
      onFact: (fact) => facts.push(fact),
    });
    opened.push(recorder);
    return recorder;
  };
  test.after(async () => {
    encoder.pause();
    for (const recorder of opened) await recorder.close();
    if (!options.folder) await rm(folder, { recursive: true, force: true, maxRetries: 20 });
  });
  const alarms = (): string[] =>
    facts.flatMap((fact) => (fact.kind === 'alarm' && 'raise' in fact ? [fact.raise.name] : []));
  return { folder, ring, encoder, facts, recorder: open(), open, alarms };
}

/** Paths of a recording's parts, in order. */
export const pathsOf = (info: Recording): string[] => info.parts.map((part) => join(part.folder, part.name));

/** The numbers from `from` on, `length` of them. */
export const count = (from: number, length: number): number[] => Array.from({ length }, (_, index) => from + index);
