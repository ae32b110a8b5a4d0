import { outOfSync } from '../verdict/lip-sync.ts';
import type { Missing, SourceVerdict, Span, Verdict } from '../verdict/result.ts';
import type { Played } from './lecture.ts';
import { FRAME_RATE, LAYOUTS_SEEN, METADATA, TIME_ZONE } from './lecture-scenario.ts';

/** A recording as the box describes it, with the fields that are checked. */
export interface Recorded {
  status: string;
  startedAtMs: number;
  durationMs: number;
  parts: { folder: string; name: string }[];
}

const SLIDES = 1;
const CAMERA = 2;
const FRAME_MS = 1000 / FRAME_RATE;

/** Expectations that `amphi sim verdict` checks. */
export const EXPECTED = {
  widthPx: 1280,
  heightPx: 720,
  frameRate: 15,
  codec: 'h264',
  profile: 'High',
  fastStart: true,
  gop: 30,
  sources: [SLIDES, CAMERA],
  layouts: LAYOUTS_SEEN,
  maxTorn: 0,
  maxFlashMismatches: 0,
  maxTimeGaps: 0,
  // Sound is mixed from both sources, and one of them is always there.
  maxSilenceMs: 2000,
  // A whole second is wrong on any machine; smaller differences are judged by `wrongSound`.
  lipSyncMs: { min: -1000, max: 1000, measures: 4 },
  titles: [METADATA.title, METADATA.presenter],
  tags: { title: METADATA.title, artist: METADATA.presenter, album: METADATA.series },
};

/**
 * All faults of the recording in words; empty if there are none. On a `busy` machine a source's pictures may be late,
 * which is not the recorder's fault; what the box makes itself must be right also then.
 */
export function wrongWith(played: Played, recorded: Recorded, verdict: Verdict, busy: boolean): string[] {
  return [
    ...(recorded.status === 'finished' ? [] : [`the recording is ${recorded.status}, not finished`]),
    ...(recorded.parts.length === 1 ? [] : [`it has ${recorded.parts.length} parts, one was expected`]),
    ...wrongName(recorded),
    ...wrongLength(played, recorded, verdict),
    ...verdict.failures.filter((failure) => canRead(verdict) || !failure.startsWith('title ')),
    ...wrongSound(verdict, busy),
    ...wrongSources(played, verdict).flatMap(({ wrong }) => withoutExcused(wrong, busy)),
  ];
}

/**
 * Whether titles could be read. Without tesseract they cannot, which the verdict notes and which is no fault of the
 * recording.
 */
const canRead = ({ notes }: Verdict): boolean => !notes.some((note) => note.startsWith('titles were not read'));

/**
 * Checks the name: series, title (each character outside of [A-Za-z0-9] an underscore, 20 of them), day and second of
 * the hall, stream, part.
 */
function wrongName({ startedAtMs, parts: [part] }: Recorded): string[] {
  const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '_');
  const title = safe(METADATA.title.slice(0, 20));
  const [date, time] = new Date(startedAtMs).toLocaleString('sv-SE', { timeZone: TIME_ZONE }).split(' ');
  const digits = (text = ''): string => text.replaceAll(/\D/g, '');
  const name = `${safe(METADATA.series)}_${title}_${digits(date)}_${digits(time)}_S1R1.mp4`;
  return part?.name === name ? [] : [`its name is ${part?.name}, by the rule it is ${name}`];
}

/** Checks that the recording begins at the planned second and has each frame. */
function wrongLength({ frames: asked, planned }: Played, recorded: Recorded, { container }: Verdict): string[] {
  const { durationMs: told, startedAtMs } = recorded;
  const lateMs = startedAtMs - planned.startsAtMs;
  const there = container.picture?.frames ?? 0;
  const isNear = (ms: number): boolean => Math.abs(ms - there * FRAME_MS) < FRAME_MS * 1.5;
  return [
    ...(Math.abs(lateMs) <= FRAME_MS ? [] : [`it began ${lateMs} ms after the second it was planned for`]),
    ...(Math.abs(there - asked) <= 1 ? [] : [`it has ${there} frames, ${asked} were planned`]),
    ...(isNear(container.durationMs) ? [] : [`it lasts ${container.durationMs} ms, its frames ${there * FRAME_MS} ms`]),
    ...(isNear(told) ? [] : [`the box says ${told} ms, its frames last ${there * FRAME_MS} ms`]),
  ];
}

/** Length in milliseconds of a gap that is excused on a busy machine. */
const EXCUSED_MS = 500;
/**
 * Length in milliseconds of a single gap that is always excused: a picture that came a little late may miss its frame.
 */
const SLIP_MS = 1.5 * FRAME_MS;
const MOST_SLIPS = 2;

/** The faults of one source in words, without those that are excused. */
function withoutExcused(wrong: readonly Wrong[], busy: boolean): string[] {
  const slips = wrong.filter(({ isJump, lastsMs }) => isJump && lastsMs <= SLIP_MS);
  const isExcused = (one: Wrong): boolean =>
    (busy && one.lastsMs <= EXCUSED_MS) || (slips.length <= MOST_SLIPS && slips.includes(one));
  return wrong.filter((one) => !isExcused(one)).map(({ what }) => what);
}

/**
 * Milliseconds before the loss of the camera is noticed, and after its return, in which its pictures may be missing.
 */
const BEFORE_MS = 500;
const AFTER_MS = 1500;

/** EBU R 37: sound at most 40 ms early, 60 ms late. */
const LIP_SYNC_MS = { min: -40, max: 60 };

/** Faults of sound that is too far from its picture. On a `busy` machine a picture may be late by one frame. */
function wrongSound(verdict: Verdict, busy: boolean): string[] {
  const slackMs = busy ? FRAME_MS : 0;
  const limits = { min: LIP_SYNC_MS.min - slackMs, max: LIP_SYNC_MS.max + slackMs };
  return outOfSync(ours(verdict), limits).map(
    ({ source, atMs, offsetMs }) =>
      `${nameOf({ source })}: its sound is ${Math.round(offsetMs)} ms late at ${seconds(atMs)}`,
  );
}

/**
 * The sources of the hall. A blurred code, in the first frame of another layout, may be read as the code of a source
 * that does not exist.
 */
const ours = ({ sources }: Verdict): SourceVerdict[] =>
  sources.filter(({ source }) => source === SLIDES || source === CAMERA);

interface Wrong {
  what: string;
  lastsMs: number;
  /** Whether it is from one frame to the next. */
  isJump?: boolean;
}

/** Faults of the sources. The camera's pictures may, and must, be missing while it was killed. */
function wrongSources({ camera: { killedMs, liveMs } }: Played, verdict: Verdict): { wrong: Wrong[] }[] {
  const isDeath = ({ fromMs, toMs }: Span): boolean => fromMs > killedMs - BEFORE_MS && toMs < liveMs + AFTER_MS;
  return ours(verdict).map((source) => {
    const lacks = lacksOf(source, verdict.container.durationMs);
    const unexpected = source.source === CAMERA ? lacks.filter((lack) => !isDeath(lack)) : lacks;
    const wrong = unexpected.map(({ what, fromMs, toMs, lastsMs, isJump = false }): Wrong => ({
      what: `${nameOf(source)}: ${what}, from ${seconds(fromMs)} to ${seconds(toMs)}`,
      lastsMs,
      isJump,
    }));
    wrong.push(...backwards(source));
    const awayMs = Math.max(0, ...lacks.filter(isDeath).map(({ lastsMs }) => lastsMs));
    const away = source.source !== CAMERA || awayMs > (liveMs - killedMs) / 2;
    if (!away) wrong.push({ what: 'the camera was killed, but not away', lastsMs: Number.POSITIVE_INFINITY });
    return { wrong };
  });
}

/** Faults of pictures that came after newer ones, also where the camera returns. */
const backwards = (source: SourceVerdict): Wrong[] =>
  source.outOfOrder.map(({ atMs, fromClockMs, toClockMs }) => ({
    what: `${nameOf(source)}: goes back by ${Math.round(fromClockMs - toClockMs)} ms at ${seconds(atMs)}`,
    lastsMs: fromClockMs - toClockMs,
  }));

interface Lack extends Span, Wrong {}

/** All times when the source was missing, stood still, or jumped. */
function lacksOf({ seen, freezes, missing }: SourceVerdict, endMs: number): Lack[] {
  const edges = [0, ...seen.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), endMs];
  const unseen = Array.from({ length: edges.length / 2 }, (_, at) => ({
    fromMs: edges[2 * at] ?? 0,
    toMs: edges[2 * at + 1] ?? 0,
  }));
  const lack = (what: string, { fromMs, toMs }: Span): Lack => ({ what, fromMs, toMs, lastsMs: toMs - fromMs });
  const jump = ({ atMs, lostMs }: Missing): Lack => ({
    what: `${Math.round(lostMs)} ms missing`,
    fromMs: atMs - FRAME_MS,
    toMs: atMs,
    lastsMs: lostMs,
    isJump: true,
  });
  return [
    ...unseen
      .filter(({ fromMs, toMs }) => toMs - fromMs > 2 * FRAME_MS)
      .map((span) => lack('not in the picture', span)),
    ...freezes.map((span) => lack('stands still', span)),
    ...missing.map(jump),
  ];
}

/** The findings about a recording, one line for each. */
export function factsOf({ camera }: Played, verdict: Verdict): string[] {
  const { container, layouts, titles } = verdict;
  const { picture } = container;
  const offsets = ours(verdict).flatMap(({ lipSync }) => lipSync.measured.map(({ offsetMs }) => Math.round(offsetMs)));
  const names = layouts.map(({ layout, swapped }) => (swapped ? `${layout} ⇄` : layout));
  const texts = [...new Set(titles.map(({ text }) => text.replaceAll('\n', ' ')))].slice(0, 3);
  return [
    `file     ${seconds(container.durationMs)}, ${picture?.frames} frames of ${picture?.widthPx}x${picture?.heightPx}, ` +
      `${(container.bytes / 1e6).toFixed(1)} MB${container.fastStart ? ', fast start' : ''}`,
    `layouts  ${names.join(' → ')}`,
    offsets.length === 0
      ? 'sound    was not measured'
      : `sound    ${Math.min(...offsets)} to ${Math.max(...offsets)} ms behind its picture, in ${offsets.length} beeps`,
    ...ours(verdict).map(
      (source) => `${nameOf(source).padEnd(8)} ${source.frames} frames, ${Math.round(source.missingMs)} ms missing`,
    ),
    `camera   away from ${seconds(camera.killedMs)} to ${seconds(camera.liveMs)}, because we killed it`,
    canRead(verdict)
      ? `text     ${texts.map((text) => `“${text}”`).join(', ')}`
      : `text     ${verdict.notes.join('; ')}`,
  ];
}

const nameOf = ({ source }: Pick<SourceVerdict, 'source'>): string => (source === SLIDES ? 'slides' : 'camera');
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
