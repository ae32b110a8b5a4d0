import type { Missing, SourceVerdict, Span, Verdict } from '#simulator/verdict/result.ts';
import type { Played } from './perform.ts';
import { LAYOUTS_SEEN, METADATA, TIME_ZONE } from './plot.ts';

/** What the box says of the recording, as far as it is looked at. */
export interface Recorded {
  status: string;
  startedAtMs: number;
  durationMs: number;
  parts: { folder: string; name: string }[];
}

const SLIDES = 1;
const CAMERA = 2;
const FRAME_MS = 1000 / 15;

/** What `amphi sim verdict` itself is asked to check. */
export const EXPECTED = {
  ...{ widthPx: 1280, heightPx: 720, frameRate: 15, codec: 'h264', profile: 'High', fastStart: true, gop: 30 },
  sources: [SLIDES, CAMERA],
  layouts: LAYOUTS_SEEN,
  ...{ maxTorn: 0, maxOutOfOrder: 0, maxFlashMismatches: 0, maxTimeGaps: 0 },
  // A hole of the recorder; a source's own clock is written in whole milliseconds, and may be half a frame off ours.
  maxCutMs: 2 * FRAME_MS,
  // A sudden slate is drawn within half a second; a recording is never silent, for slides or camera sound.
  maxSilenceMs: 2000,
  // EBU R 37: sound at most 40 ms early, 60 ms late.
  lipSyncMs: { min: -40, max: 60, measures: 4 },
  titles: [METADATA.title, METADATA.presenter],
  tags: { title: METADATA.title, artist: METADATA.presenter, album: METADATA.series },
};

/** What is not as it should be, in words; empty if all is. */
export function wrongWith(played: Played, recorded: Recorded, verdict: Verdict): string[] {
  return [
    ...(recorded.status === 'finished' ? [] : [`the recording is ${recorded.status}, not finished`]),
    ...(recorded.parts.length === 1 ? [] : [`it has ${recorded.parts.length} parts, one was expected`]),
    ...wrongName(recorded),
    ...wrongLength(played, recorded, verdict),
    ...verdict.failures.filter((failure) => canRead(verdict) || !failure.startsWith('title ')),
    ...wrongSources(played, verdict),
  ];
}

/** Without tesseract nobody can say what a title says; the verdict notes that, and it is no fault of the recording. */
const canRead = ({ notes }: Verdict): boolean => !notes.some((note) => note.startsWith('titles were not read'));

/** Series, title (each character outside [A-Za-z0-9] an underscore, 20 of them), day and second of the hall, stream, part. */
function wrongName({ startedAtMs, parts: [part] }: Recorded): string[] {
  const safe = (text: string): string => text.replaceAll(/[^A-Za-z0-9]/g, '_');
  const title = safe(METADATA.title.slice(0, 20));
  const [date, time] = new Date(startedAtMs).toLocaleString('sv-SE', { timeZone: TIME_ZONE }).split(' ');
  const digits = (text = ''): string => text.replaceAll(/\D/g, '');
  const name = `${safe(METADATA.series)}_${title}_${digits(date)}_${digits(time)}_S1R1.mp4`;
  return part?.name === name ? [] : [`its name is ${part?.name}, by the rule it is ${name}`];
}

function wrongLength({ frames }: Played, { durationMs: told }: Recorded, { container }: Verdict): string[] {
  const asked = frames.stop - frames.start;
  const there = container.picture?.frames ?? 0;
  const isNear = (ms: number): boolean => Math.abs(ms - there * FRAME_MS) < FRAME_MS * 1.5;
  return [
    ...(Math.abs(there - asked) <= 1 ? [] : [`it has ${there} frames, ${asked} were asked for`]),
    ...(isNear(container.durationMs) ? [] : [`it lasts ${container.durationMs} ms, its frames ${there * FRAME_MS} ms`]),
    ...(isNear(told) ? [] : [`the box says ${told} ms, its frames last ${there * FRAME_MS} ms`]),
  ];
}

/** From noticing nothing to the slate, and from the first picture to the report of it. */
const BEFORE_MS = 500;
const AFTER_MS = 1500;

function wrongSources({ camera: { killedMs, liveMs } }: Played, verdict: Verdict): string[] {
  const endMs = verdict.container.durationMs;
  const isDeath = ({ fromMs, toMs }: Span): boolean => fromMs > killedMs - BEFORE_MS && toMs < liveMs + AFTER_MS;
  return verdict.sources.flatMap((source) => {
    const { lacks, name } = { lacks: lacksOf(source, endMs), name: nameOf(source) };
    const unexpected = source.source === CAMERA ? lacks.filter((lack) => !isDeath(lack)) : lacks;
    const died = Math.max(0, ...lacks.filter(isDeath).map(({ fromMs, toMs }) => toMs - fromMs));
    return [
      ...unexpected.map((lack) => `${name}: ${lack.what} from ${seconds(lack.fromMs)} to ${seconds(lack.toMs)}`),
      ...(source.source !== CAMERA || died > (liveMs - killedMs) / 2 ? [] : [`the camera was killed, but not away`]),
    ];
  });
}

interface Lack extends Span {
  what: string;
}

/** Whenever the source was not to be seen, stood still, or jumped. */
function lacksOf({ seen, freezes, missing }: SourceVerdict, endMs: number): Lack[] {
  const edges = [0, ...seen.flatMap(({ fromMs, toMs }) => [fromMs, toMs]), endMs];
  const away = Array.from({ length: edges.length / 2 }, (_, at) => ({
    ...{ fromMs: edges[2 * at] ?? 0, toMs: edges[2 * at + 1] ?? 0 },
    what: 'not in the picture',
  }));
  const jump = ({ atMs, lostMs }: Missing): Lack => ({
    ...{ fromMs: atMs - FRAME_MS, toMs: atMs },
    what: `${Math.round(lostMs)} ms missing`,
  });
  return [
    ...away.filter(({ fromMs, toMs }) => toMs - fromMs > 2 * FRAME_MS),
    ...freezes.map((span) => ({ ...span, what: 'stands still' })),
    ...missing.filter(({ lostMs }) => lostMs > 0).map(jump),
  ];
}

/** What was found, a line each. */
export function factsOf({ camera }: Played, verdict: Verdict): string[] {
  const { container, layouts, titles, sources } = verdict;
  const { picture } = container;
  const offsets = sources.flatMap(({ lipSync }) => lipSync.measured.map(({ offsetMs }) => Math.round(offsetMs)));
  const names = layouts.map(({ layout, swapped }) => (swapped ? `${layout} ⇄` : layout));
  const texts = [...new Set(titles.map(({ text }) => text.replaceAll('\n', ' ')))].slice(0, 3);
  return [
    `file     ${seconds(container.durationMs)}, ${picture?.frames} frames of ${picture?.widthPx}x${picture?.heightPx}, ` +
      `${(container.bytes / 1e6).toFixed(1)} MB${container.fastStart ? ', fast start' : ''}`,
    `layouts  ${names.join(' → ')}`,
    `sound    ${Math.min(...offsets)} to ${Math.max(...offsets)} ms behind its picture, in ${offsets.length} beeps`,
    ...sources.map(
      (source) => `${nameOf(source).padEnd(8)} ${source.frames} frames, ${Math.round(source.missingMs)} ms missing`,
    ),
    `camera   away from ${seconds(camera.killedMs)} to ${seconds(camera.liveMs)}, because we killed it`,
    canRead(verdict)
      ? `text     ${texts.map((text) => `“${text}”`).join(', ')}`
      : `text     ${verdict.notes.join('; ')}`,
  ];
}

const nameOf = ({ source }: SourceVerdict): string =>
  source === SLIDES ? 'slides' : source === CAMERA ? 'camera' : `${source}`;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
