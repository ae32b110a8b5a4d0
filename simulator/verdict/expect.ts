import { z } from 'zod';
import { outOfSync } from './lip-sync.ts';
import type { Verdict } from './result.ts';

const ms = z.number().nonnegative();

/** Expectations of a recording. All are optional; a missing one is not checked. */
export const Expectations = z
  .strictObject({
    minDurationMs: ms,
    maxDurationMs: ms,
    widthPx: z.int().positive(),
    heightPx: z.int().positive(),
    frameRate: z.number().positive(),
    codec: z.string(),
    profile: z.string(),
    level: z.string(),
    fastStart: z.boolean(),
    /** Frames from one key frame to the next. */
    gop: z.int().positive(),
    /** Ids of sources whose codes must be there. */
    sources: z.array(z.int()),
    /** Names of layouts in this order, with others between; `swapped` is written as `Side by Side (swapped)`. */
    layouts: z.array(z.string()),
    /** Least number of different layouts. */
    minLayouts: z.int(),
    /** Source time that may be missing, for each source and in total. */
    maxMissingMs: ms,
    /** Time that may be missing in the file: holes of the recorder, not of a source. */
    maxCutMs: ms,
    maxRepeated: z.int().nonnegative(),
    maxTorn: z.int().nonnegative(),
    maxUnreadable: z.int().nonnegative(),
    maxOutOfOrder: z.int().nonnegative(),
    maxFlashMismatches: z.int().nonnegative(),
    maxTimeGaps: z.int().nonnegative(),
    maxFreezeMs: ms,
    maxWithoutCodeMs: ms,
    maxSilenceMs: ms,
    /** Sound minus picture in milliseconds; positive is late sound. */
    lipSyncMs: z.strictObject({ min: z.number(), max: z.number(), measures: z.int().positive().default(1) }),
    /**
     * Texts that must each be read in a title; accents, case and punctuation are ignored, and one letter in eight may
     * be wrong.
     */
    titles: z.array(z.string()),
    chapters: z.int().nonnegative(),
    tags: z.record(z.string(), z.string()),
  })
  .partial();
/** Expectations of a recording. */
export type Expectations = z.infer<typeof Expectations>;

type Judged = Omit<Verdict, 'ok' | 'failures'>;

/** The expectations that are not met, in words; empty if all are. */
export function failuresOf(verdict: Judged, expect: Expectations): string[] {
  return [
    ...containerFailures(verdict, expect),
    ...layoutFailures(verdict, expect),
    ...sourceFailures(verdict, expect),
    ...limit('time gaps', verdict.timeGaps.length, expect.maxTimeGaps),
    ...limit('ms without any code', longest(verdict.withoutCode), expect.maxWithoutCodeMs),
    ...limit('ms of silence', longest(verdict.silence), expect.maxSilenceMs),
    ...(expect.titles ?? [])
      .filter((title) => !verdict.titles.some(({ text }) => isIn(plain(title), plain(text))))
      .map(
        (title) =>
          `title "${title}" was not read; read were: ${verdict.titles.map(({ text }) => `"${text}"`).join(', ')}`,
      ),
  ];
}

function containerFailures({ container }: Judged, expect: Expectations): string[] {
  const { picture } = container;
  return [
    ...limit('ms of duration', container.durationMs, expect.maxDurationMs),
    ...least('ms of duration', container.durationMs, expect.minDurationMs),
    ...equal('width', picture?.widthPx, expect.widthPx),
    ...equal('height', picture?.heightPx, expect.heightPx),
    ...equal('frame rate', picture?.frameRate, expect.frameRate),
    ...equal('codec', picture?.codec, expect.codec),
    ...equal('profile', picture?.profile, expect.profile),
    ...equal('level', picture?.level, expect.level),
    ...equal('fast start', container.fastStart, expect.fastStart),
    ...limit('frames between key frames', picture?.gop.max ?? 0, expect.gop),
    ...equal('chapters', container.chapters.length, expect.chapters),
    ...Object.entries(expect.tags ?? {}).flatMap(([name, value]) => equal(`tag ${name}`, container.tags[name], value)),
  ];
}

function layoutFailures({ layouts }: Judged, expect: Expectations): string[] {
  const names = layouts.map(({ layout, swapped }) => (swapped ? `${layout} (swapped)` : layout));
  let from = 0;
  const failures = (expect.layouts ?? []).flatMap((name) => {
    const at = names.indexOf(name, from);
    if (at < 0) return [`layout "${name}" is not there, or not in this order; seen: ${names.join(', ')}`];
    from = at + 1;
    return [];
  });
  const different = new Set(names.filter((name) => name !== 'none' && name !== 'unknown')).size;
  return [...failures, ...least('different layouts', different, expect.minLayouts)];
}

function sourceFailures({ sources }: Judged, expect: Expectations): string[] {
  const absent = (expect.sources ?? []).filter((id) => !sources.some(({ source }) => source === id));
  return [
    ...absent.map((id) => `source ${id} is not in the recording`),
    ...sources.flatMap((one) => {
      const of = (what: string): string => `${what} of source ${one.source}`;
      return [
        ...limit(of('ms missing'), Math.round(one.missingMs), expect.maxMissingMs),
        ...limit(of('ms cut'), Math.round(one.cutMs), expect.maxCutMs),
        ...limit(of('repeated pictures'), one.repeated, expect.maxRepeated),
        ...limit(of('torn pictures'), one.torn.length, expect.maxTorn),
        ...limit(of('unreadable pictures'), one.unreadable.length, expect.maxUnreadable),
        ...limit(of('pictures out of order'), one.outOfOrder.length, expect.maxOutOfOrder),
        ...limit(of('flashes that contradict the code'), one.flashMismatches.length, expect.maxFlashMismatches),
        ...limit(of('ms of standing picture'), longest(one.freezes), expect.maxFreezeMs),
      ];
    }),
    ...lipSyncFailures(sources, expect.lipSyncMs),
  ];
}

function lipSyncFailures(sources: Judged['sources'], expect: Expectations['lipSyncMs']): string[] {
  if (!expect) return [];
  const measured = sources.flatMap(({ lipSync }) => lipSync.measured);
  const outside = outOfSync(sources, expect).map(
    ({ source, atMs, offsetMs }) =>
      `sound of source ${source} is ${signed(offsetMs)} ms from its picture at ${seconds(atMs)}`,
  );
  return [...outside, ...least('measures of lip sync', measured.length, expect.measures)];
}

/** A number with its sign. */
export const signed = (value: number): string => `${value >= 0 ? '+' : ''}${Math.round(value * 10) / 10}`;
/** Milliseconds as seconds, in words. */
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

const longest = (spans: readonly { fromMs: number; toMs: number }[]): number =>
  Math.round(Math.max(0, ...spans.map(({ fromMs, toMs }) => toMs - fromMs)));

function limit(what: string, value: number, most: number | undefined): string[] {
  return most === undefined || value <= most ? [] : [`${value} ${what}, at most ${most} expected`];
}

function least(what: string, value: number, least: number | undefined): string[] {
  return least === undefined || value >= least ? [] : [`${value} ${what}, at least ${least} expected`];
}

function equal<T extends string | number | boolean>(
  what: string,
  value: T | undefined,
  expected: T | undefined,
): string[] {
  return expected === undefined || value === expected ? [] : [`${what} is ${value}, ${expected} expected`];
}

/** Whether a part of `text` differs from `wanted` in at most an eighth of its letters. */
function isIn(wanted: string, text: string): boolean {
  // Edit distance of the letters so far to the best part of the text that ends at each place (Sellers 1980).
  let row = Array.from({ length: text.length + 1 }, () => 0);
  for (let at = 0; at < wanted.length; at++) {
    const letter = wanted[at];
    const next = [at + 1];
    for (let n = 1; n <= text.length; n++) {
      const changed = (row[n - 1] as number) + (text[n - 1] === letter ? 0 : 1);
      next.push(Math.min(changed, (row[n] as number) + 1, (next[n - 1] as number) + 1));
    }
    row = next;
  }
  return Math.min(...row) <= wanted.length / 8;
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/œ/g, 'oe')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '');
