import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Recording, RecordingPart } from '#agent/schedule/recordings.ts';
import type { Source, SourceStatus } from '#agent/schedule/timetable/source.ts';
import type { Planned } from '#agent/schedule/timetable/timetable.ts';
import type { Log } from '#lib/runtime/log.ts';
import { EMPTY_METADATA } from '#agent/recorder/catalog/recording.ts';

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
/** 2026-11-20, 09:00 in Paris; virtual clocks of tests begin there. */
export const EIGHT = Date.UTC(2026, 10, 20, 8);
export const at = (minutes: number): number => EIGHT + minutes * MINUTE_MS;

/** A booking from one minute after eight to another. */
export const plannedOf = (id: string, from: number, to: number, more: Partial<Planned> = {}): Planned => ({
  id,
  uid: id,
  title: `Title of ${id}`,
  presenters: [],
  workflowConfiguration: {},
  devices: [],
  source: 'opencast',
  startsAtMs: at(from),
  endsAtMs: at(to),
  ...more,
});

/** A source that says what it is told to. */
export const sourceOf = (
  name: string,
  bookings: readonly Planned[] = [],
  status: Partial<SourceStatus> = {},
): Source & { polls: number } => ({
  name,
  polls: 2,
  bookings: () => bookings,
  status: () => ({ place: `https://${name}.example.org`, complaints: [], ...status }),
  refresh: async () => undefined,
  close: () => undefined,
});

export const partOf = (number: number, more: Partial<RecordingPart> = {}): RecordingPart => ({
  number,
  folder: '/data/B',
  name: `B_S1R${number}.mp4`,
  state: 'final',
  durationMs: 60_000,
  bytes: 1000,
  ...more,
});

/** A finished recording of one part, named B. */
export const recordingOf = (id: string, more: Partial<Recording> = {}): Recording => ({
  id,
  base: 'B',
  status: 'finished',
  hall: 'Amphi D',
  metadata: { ...EMPTY_METADATA },
  startedAtMs: EIGHT,
  endedAtMs: at(1),
  parts: [partOf(1)],
  ...more,
});

/** A folder of its own, gone after the test. */
export async function folderFor(t: Pick<TestContext, 'after'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-sched-'));
  t.after(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A log that keeps its messages. */
export function keepingLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  const keep = (_: unknown, text?: string): void => void lines.push(text ?? '');
  const log = { debug: keep, info: keep, warn: keep, error: keep, child: () => log } as unknown as Log;
  return { log, lines };
}
