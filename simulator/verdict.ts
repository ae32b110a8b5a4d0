import type { Rect } from '#lib/media/geometry.ts';
import { decodeFile, timeOfSample, type Decoded } from './verdict/decode.ts';
import { readContainer } from './verdict/container.ts';
import { failuresOf, type Expectations } from './verdict/expect.ts';
import { readFrame, type FrameReading } from './verdict/frames.ts';
import { layoutSpans, matchLayout, picturesIn, type KnownLayout, type Pictures } from './verdict/layouts.ts';
import { judgeLipSync } from './verdict/lip-sync.ts';
import { openListener, type Listener } from './verdict/listen.ts';
import type { ContainerFacts, SourceVerdict, Verdict } from './verdict/result.ts';
import { judgeSource, lostAfterFreeze, runsOf, type TimedReading } from './verdict/timeline.ts';
import { openTitleWatch, readTitles, type TextPlace, type TitleWatch } from './verdict/titles.ts';
import { BEEP_HZ } from './signal.ts';

/** Settings of a verdict. */
export interface VerdictOptions {
  /**
   * Layouts in the form of `GET /api/v1/layouts`. Without them, places are reported and layouts are called `unknown`.
   */
  layouts?: readonly KnownLayout[];
  /**
   * Place of the title in parts of the canvas. Without it, titles are looked for in the places of the layout's texts,
   * or in all that the sources' pictures leave free.
   */
  titleRect?: Rect;
  /** Whether titles are read, which takes about a second for each different one. Default true. */
  readTitles?: boolean;
  expect?: Expectations;
  ffmpeg?: string;
  ffprobe?: string;
  tesseract?: string;
}

const MAX_PIXELS = 7680 * 4320;
const LEAST_SILENCE_MS = 500;

/**
 * Reads a recording (a file that FFmpeg knows: MP4, MPEG-TS, Matroska) and reports what is in it; `Verdict` explains
 * the fields. Times are the file's own, in ms since its first picture or sound. Rejects for a file that cannot be read.
 */
export async function verdict(file: string, options: VerdictOptions = {}): Promise<Verdict> {
  const container = await readContainer(file, options.ffprobe);
  const { picture } = container;
  if (picture && picture.widthPx * picture.heightPx > MAX_PIXELS) throw new Error('the picture is larger than 8K');
  const readings: FrameReading[] = [];
  const titles = picture && options.readTitles !== false ? openTitleWatch(picture) : undefined;
  const listener = openListener();
  const decoded = await decodeFile({
    ffmpeg: options.ffmpeg ?? 'ffmpeg',
    file,
    size: picture,
    sound: container.sound !== undefined,
    onPicture(luma, index) {
      const reading = readFrame(luma, picture as NonNullable<typeof picture>);
      readings.push(reading);
      titles?.look(luma, index, textPlacesOf(reading, options));
    },
    onSound: (samples) => listener.hear(samples),
  });
  return judge(file, container, readings, listener, titles, decoded, options);
}

/** Places of text: the given one, or those of the current layout, or all that the sources' pictures leave free. */
function textPlacesOf(reading: FrameReading, { titleRect, layouts = [] }: VerdictOptions): TextPlace[] {
  const pictures = picturesIn(reading);
  if (titleRect) return [{ name: '', rect: titleRect, hide: [] }];
  const { layout } = matchLayout(pictures, layouts);
  const texts = layouts.find(({ name }) => name === layout)?.overlays?.filter(isText) ?? [];
  if (texts.length > 0) return texts.map(({ name, rect }) => ({ name, rect, hide: [] }));
  return [{ name: '', rect: { x: 0, y: 0, width: 1, height: 1 }, hide: pictures.map(({ rect }) => rect) }];
}

/** Whether an overlay is a text; spaces alone draw only its band. */
const isText = ({ kind, template }: { kind: string; template?: string | undefined }): boolean =>
  kind === 'text' && template?.trim() !== '';

async function judge(
  file: string,
  container: ContainerFacts,
  readings: readonly FrameReading[],
  listener: Listener,
  watch: TitleWatch | undefined,
  decoded: Decoded,
  options: VerdictOptions,
): Promise<Verdict> {
  const zeroMs = Math.min(
    ...decoded.pictureTimesMs.slice(0, 1),
    ...decoded.soundRuns.slice(0, 1).map((run) => run.timeMs),
  );
  const stepMs = medianStep(decoded.pictureTimesMs);
  const timed = readings.map((reading, at): TimedReading => ({
    ...reading,
    timeMs: (decoded.pictureTimesMs[at] ?? Number.NaN) - zeroMs,
  }));
  const endMs = (timed.at(-1)?.timeMs ?? 0) + (timed.length > 0 ? stepMs : 0);
  const timeOf = (sample: number): number => timeOfSample(decoded.soundRuns, sample) - zeroMs;
  const beeps = listener.beeps().map(({ hz, startSample, lengthMs }) => ({ hz, lengthMs, atMs: timeOf(startSample) }));
  const { titles, note } = watch
    ? await readTitles(watch, (frame) => timed[frame]?.timeMs ?? endMs, options.tesseract)
    : { titles: [] };
  const judged = {
    file,
    notes: note ? [note] : [],
    container,
    timeGaps: timed.slice(1).flatMap(({ timeMs }, at) => {
      const step = timeMs - (timed[at] as TimedReading).timeMs;
      return Math.abs(step - stepMs) > 2 ? [{ atMs: (timed[at] as TimedReading).timeMs, stepMs: step }] : [];
    }),
    ...judgePictures(timed, stepMs, endMs, beeps, options.layouts ?? []),
    titles,
    silence: listener.silence(LEAST_SILENCE_MS).map(({ from, to }) => ({ fromMs: timeOf(from), toMs: timeOf(to) })),
    beeps,
  };
  const failures = failuresOf(judged, options.expect ?? {});
  return { ok: failures.length === 0, failures, ...judged };
}

function judgePictures(
  timed: readonly TimedReading[],
  stepMs: number,
  endMs: number,
  beeps: Verdict['beeps'],
  layouts: readonly KnownLayout[],
): Pick<Verdict, 'sources' | 'layouts' | 'withoutCode'> {
  const ids = [...new Set(timed.flatMap(({ codes }) => codes.map(({ source }) => source)))].sort((a, b) => a - b);
  const pictures = timed.map((reading) => picturesIn(reading));
  const lost: Pictures[] = [];
  const sources = ids.map((id): SourceVerdict => {
    const { sightings, ...facts } = judgeSource(id, timed, stepMs);
    const own = beeps.filter(({ hz }) => BEEP_HZ.get(id) === hz);
    // A code that cannot be read for a moment does not make it another layout.
    for (const at of facts.unreadable.map((ms) => timed.findIndex(({ timeMs }) => timeMs === ms)))
      pictures[at]?.push(...(pictures[at - 1] ?? []).filter(({ source }) => source === id));
    for (const { frame, untilFrame, rect } of lostAfterFreeze(sightings, facts.freezes, timed.length))
      for (let at = frame; at < untilFrame; at++) (lost[at] ??= []).push({ source: id, rect });
    return { ...facts, lipSync: judgeLipSync(sightings, facts.stepMs, own) };
  });
  const frames = timed.map(({ timeMs }, at) => ({ timeMs, pictures: pictures[at] ?? [], lost: lost[at] ?? [] }));
  const empty = timed
    .map(({ timeMs, codes }, frame) => ({ timeMs, frame, codes }))
    .filter(({ codes }) => codes.length === 0);
  return {
    sources,
    layouts: layoutSpans(frames, layouts, endMs),
    withoutCode: runsOf(
      empty,
      (a, b) => b.frame === a.frame + 1,
      ({ frame }) => timed[frame + 1]?.timeMs ?? endMs,
    ),
  };
}

function medianStep(timesMs: readonly number[]): number {
  const steps = timesMs.slice(1).map((time, at) => time - (timesMs[at] as number));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}
