import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { EMPTY_METADATA, type PartInfo, type RecordingInfo } from '#agent/recorder/catalog/recording.ts';
import type { RecorderFact } from '#agent/recorder/facts.ts';
import { openFmp4 } from '#lib/media/fmp4.ts';
import type { Packet, StreamParameters } from '#lib/media/packet.ts';
import type { Log } from '#lib/runtime/log.ts';

export const IDENTITY = { hall: 'Amphi D', device: 'SMP-351', deviceId: 'A1', version: '3.06' };
export const FRAME_TICKS = 6000;
/** 2026-11-20, 09:00 in Paris. */
export const STARTED_AT_MS = Date.UTC(2026, 10, 20, 8);

export const PARAMETERS: StreamParameters = {
  video: { codec: 'h264', sps: Buffer.from([0x67, 66, 0, 10]), pps: Buffer.from([0x68]), widthPx: 64, heightPx: 64 },
};
export const WITH_SOUND: StreamParameters = {
  ...PARAMETERS,
  audio: { codec: 'aac', config: Buffer.from([0x11, 0x90]), sampleRateHz: 48_000, channels: 2 },
};

/** A part that is finished, of one minute. */
export const partOf = (number: number, more: Partial<PartInfo> = {}): PartInfo => ({
  number,
  destination: 'internal',
  folder: '/data/B',
  name: `B_S1R${number}.mp4`,
  state: 'final',
  createdAtMs: STARTED_AT_MS,
  durationMs: 60_000,
  pictures: 900,
  bytes: 1_000_000,
  ...more,
});

/** A finished recording named B, of one part. */
export const recordingOf = (more: Partial<RecordingInfo> = {}): RecordingInfo => ({
  id: 'B',
  dbId: 0,
  base: 'B',
  status: 'finished',
  hall: 'Amphi D',
  owner: '',
  metadata: { ...EMPTY_METADATA },
  startedAtMs: STARTED_AT_MS,
  parts: [partOf(1)],
  chapters: [],
  thumbnails: [],
  breaks: [],
  revision: 0,
  ...more,
});

/** A folder of its own, gone after the test. */
export async function folderFor(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-rec-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** Picture `number` of a stream with 15 pictures a second. */
export const picture = (number: number, key = number % 15 === 0, bytes = 100): Packet => ({
  track: 'video',
  ptsTicks: number * FRAME_TICKS,
  dtsTicks: number * FRAME_TICKS,
  key,
  units: [Buffer.alloc(bytes, 0x65)],
  ts: Buffer.alloc(0),
});

/** A frame of sound. */
export const sound = (ptsTicks: number, bytes = 20): Packet => ({
  track: 'audio',
  ptsTicks,
  dtsTicks: ptsTicks,
  key: false,
  units: [Buffer.alloc(bytes, 0x21)],
  ts: Buffer.alloc(0),
});

/** A fragmented file as the recorder writes it, one fragment for each of `pictures`; offsets of their ends. */
export function fragmented(pictures: number, from = 0): { head: Buffer; bytes: Buffer; ends: number[] } {
  const muxer = openFmp4(PARAMETERS, { startTicks: from * FRAME_TICKS });
  const head = muxer.init();
  const ends: number[] = [];
  const pieces = [head];
  let size = head.length;
  for (let number = from; number < from + pictures; number++) {
    const following = { videoDtsTicks: (number + 1) * FRAME_TICKS };
    const fragment = muxer.fragment([picture(number)], following);
    pieces.push(fragment);
    ends.push((size += fragment.length));
  }
  return { head, bytes: Buffer.concat(pieces), ends };
}

/** A log that keeps its messages. */
export function keepingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const keep = (_: unknown, text?: string): void => void lines.push(text ?? '');
  const log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log } as unknown as Log;
  return { log, lines };
}

/** The alarms among facts, as `+name about` and `-name about`. */
export const alarmsIn = (facts: readonly RecorderFact[]): string[] =>
  facts.flatMap((fact) => {
    if (fact.kind !== 'alarm') return [];
    return 'raise' in fact ? [`+${fact.raise.name} ${fact.raise.about}`] : [`-${fact.clear.name} ${fact.clear.about}`];
  });

/** Writes a program for a test: a script for `sh`. */
export async function program(path: string, script: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}
