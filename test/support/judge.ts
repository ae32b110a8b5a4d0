import assert from 'node:assert/strict';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { verdict } from '#simulator/verdict.ts';
import type { SourceVerdict, Verdict } from '#simulator/verdict/result.ts';
import { pathOf, type Api, type Recorded } from './box-api.ts';
import type { InTime } from './pace.ts';

/** Id of the box's own time code in the picture. */
export const BOX = 0;
/** Milliseconds by which a source's sound may be early or late (EBU R 37); `verdict` counts late as positive. */
export const LIP_SYNC_MS = { early: -40, late: 60 };
/** Milliseconds of a frame: the boxes of these tests make 15 frames a second. */
export const FRAME_MS = 1000 / 15;
/** Error in milliseconds of codes, which are whole milliseconds. */
const ROUNDING_MS = 1.5;

/** The verdict of a file, without reading titles. */
export const judge = (file: string): Promise<Verdict> => verdict(file, { readTitles: false, layouts: factoryLayouts });

/** The findings about a source; fails if it is not in the recording. */
export function sourceIn(result: Verdict, id: number): SourceVerdict {
  const found = result.sources.find(({ source }) => source === id);
  assert.ok(found, `source ${id} is not in ${result.file}`);
  return found;
}

export interface Allowed {
  /**
   * Milliseconds at the file's beginning without a time code, since a box that has just begun draws its overlays first;
   * more is late.
   */
  bareMs?: number;
  /**
   * Milliseconds before the file's end in which pictures may be missing: a file that was cut off ends with pictures
   * that refer to missing ones.
   */
  raggedMs?: number;
  /** Number of pauses. */
  pauses?: number;
  /** Whether the test itself has just started the box: the frames that it reports as left out do not count as late. */
  starting?: boolean;
  /** Whether the file is as it was recorded, since there was no room for a second copy with the index in front. */
  fragmented?: boolean;
}

/** Data by which lateness is distinguished from loss. */
export interface Lateness {
  judge: InTime;
  /** Number of frames that the box reports as left out: those are late; all others that are missing are lost. */
  leftOut: number;
}

/** The lateness of a box since its recording was started. */
export const latenessOf = async (box: Pick<Api, 'leftOut'>, judge: InTime): Promise<Lateness> => ({
  judge,
  leftOut: await box.leftOut(),
});

/** Judges what is missing besides the pauses; gives it in milliseconds. */
function judgeMissing(
  box: SourceVerdict,
  { pauses = 0, starting = false }: Allowed,
  file: string,
  lateness?: Lateness,
): number {
  const pieces = box.missing.toSorted((a, b) => b.lostMs - a.lostMs).slice(pauses);
  const frames = Math.round(pieces.reduce((sum, { lostMs }) => sum + lostMs, 0) / FRAME_MS);
  const { judge, leftOut = 0 } = lateness ?? {};
  assert.ok(
    frames <= leftOut,
    `${frames} frames are missing, ${leftOut} were left out: ${JSON.stringify(pieces)} in ${file}`,
  );
  if (!starting) judge?.('frames are missing that the box says it left out', frames * FRAME_MS, 0);
  return frames * FRAME_MS;
}

/**
 * Fails unless every frame of the box's clock from the file's first to its last is in it, once, whole and in order,
 * with sound throughout.
 */
export function assertWhole(whole: Verdict, allowed: Allowed = {}, lateness?: Lateness): void {
  const { bareMs = 0, raggedMs = 0, pauses = 0, starting = false } = allowed;
  const result = raggedMs > 0 ? withoutEnd(whole, raggedMs) : whole;
  const box = sourceIn(result, BOX);
  const { picture, sound, durationMs } = result.container;
  const fromMs = box.seen[0]?.fromMs ?? Number.NaN;
  const words = `no time code in ${result.file} for`;
  if (bareMs > 0 && lateness) lateness.judge(words, fromMs, bareMs);
  else assert.ok(fromMs <= bareMs, `${words} ${fromMs} ms`);
  assert.ok(box.missing.length >= pauses, `of ${pauses} pauses there are ${box.missing.length}`);
  const missingMs = judgeMissing(box, allowed, result.file, lateness);
  assert.deepEqual([box.repeated, box.torn, box.unreadable, box.outOfOrder], [0, [], [], []], result.file);
  assert.ok(
    result.timeGaps.length <= box.missing.length - pauses,
    `${JSON.stringify(result.timeGaps)} in ${result.file}`,
  );
  const frames = picture?.frames ?? 0;
  // Some of the frames before the first code may be left out too.
  const coded = frames - Math.round(fromMs / FRAME_MS);
  assert.ok(
    bareMs > 0 ? box.frames >= coded : box.frames === coded,
    `${box.frames} of ${coded} frames of ${result.file} have their code`,
  );
  const clockMs = box.lastClockMs - box.firstClockMs - box.missingMs;
  assert.ok(Math.abs(clockMs - (box.frames - 1) * FRAME_MS) < ROUNDING_MS * 2, `${box.frames} frames in ${clockMs} ms`);
  assert.ok(sound, 'there is sound');
  // Frames that were left out at the end, or before a pause, are not in a gap between two frames.
  const restMs = durationMs - missingMs - frames * FRAME_MS;
  const lasts = `${durationMs} ms for ${frames} frames and ${Math.round(missingMs)} ms without`;
  assert.ok(restMs > -250 && restMs < 250 + (lateness?.leftOut ?? 0) * FRAME_MS, lasts);
  if (!starting) lateness?.judge(`${lasts}, more than there are`, restMs, 250);
}

/** The same findings as if the frames that are missing shortly before the end were there. */
function withoutEnd(result: Verdict, endMs: number): Verdict {
  const { picture, durationMs } = result.container;
  const box = sourceIn(result, BOX);
  const early = <T extends { atMs: number }>(list: T[]): T[] => list.filter(({ atMs }) => atMs <= durationMs - endMs);
  const missing = early(box.missing);
  const missingMs = missing.reduce((sum, { lostMs }) => sum + lostMs, 0);
  const added = Math.round((box.missingMs - missingMs) / FRAME_MS);
  const unreadable = box.unreadable.filter((ms) => ms <= durationMs - endMs);
  const whole = { ...box, missing, missingMs, unreadable, frames: box.frames + added };
  return {
    ...result,
    sources: result.sources.map((one) => (one === box ? whole : one)),
    timeGaps: early(result.timeGaps),
    container: { ...result.container, picture: picture && { ...picture, frames: picture.frames + added } },
  };
}

/**
 * Judges each part of a recording; fails unless each is whole, except for what is allowed for the part of that number.
 */
export async function judgeParts(
  recorded: Recorded,
  allowed: Record<number, Allowed> = {},
  lateness?: Lateness,
): Promise<Verdict[]> {
  const parts: Verdict[] = [];
  for (const part of recorded.parts.toSorted((a, b) => a.number - b.number)) {
    const { fragmented, ...rest } = allowed[part.number] ?? {};
    assert.equal(part.state, fragmented ? 'written' : 'final', part.name);
    const result = await judge(pathOf(part));
    assertWhole(result, rest, lateness);
    if (!fragmented) assert.equal(result.container.fastStart, true, part.name);
    parts.push(result);
  }
  return parts;
}

/** Judges a recording of one part, as `judgeParts` does. */
export async function judgeTake(recorded: Recorded, allowed: Allowed = {}, lateness?: Lateness): Promise<Verdict> {
  const [file, ...more] = await judgeParts(recorded, { 1: allowed }, lateness);
  assert.ok(file && more.length === 0, `${recorded.parts.length} parts`);
  return file;
}

/** Milliseconds of the box's time that are missing between each part and the next. */
export function gapsMs(parts: readonly Verdict[]): number[] {
  return parts.slice(1).map((part, at) => {
    const before = sourceIn(parts[at]!, BOX);
    return Math.round(sourceIn(part, BOX).firstClockMs - before.lastClockMs - FRAME_MS);
  });
}

/**
 * Milliseconds around a source's coming and going in which a beep may be cut off, and so be taken for a shorter one.
 */
const CUT_BEEP_MS = 350;

/**
 * Fails unless sound and picture of a source belong together, in at least so many beeps, one of them at `afterMs` or
 * later.
 */
export function assertLipSync(
  { lipSync, source, seen, freezes }: SourceVerdict,
  { judge }: Pick<Lateness, 'judge'>,
  afterMs = 0,
): void {
  const { early, late } = LIP_SYNC_MS;
  const edges = [...seen, ...freezes].flatMap(({ fromMs, toMs }) => [fromMs, toMs]);
  const whole = lipSync.measured.filter(({ atMs }) => edges.every((edge) => Math.abs(atMs - edge) > CUT_BEEP_MS));
  assert.ok(
    whole.some(({ atMs }) => atMs >= afterMs),
    `no beep of source ${source} after ${afterMs} ms`,
  );
  for (const { atMs, offsetMs } of whole) {
    const sound = `sound of source ${source} at ${Math.round(atMs)} ms`;
    if (offsetMs < 0) judge(`${sound} is early by`, -offsetMs, -early);
    else judge(`${sound} is late by`, offsetMs, late);
  }
}
