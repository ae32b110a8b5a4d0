import type { FoundSlide, Moment, Recording, RecordingPart, SecondStream } from '#agent/device/recording.ts';
import type { GrowingTracks, RecordingTrack } from '#agent/schedule/recordings.ts';
import { formatLayoutTrack, type LayoutTrack } from '#lib/analysis/slides/layout-track.ts';
import type { Slide } from '#lib/analysis/slides/slide-detector.ts';
import { formatSlideList } from '#lib/analysis/slides/slide-list.ts';
import { seenIn, slidesWithin } from '#lib/analysis/slides/slide-pieces.ts';
import { windowsOf } from '#lib/analysis/slides/windows.ts';

/**
 * What a recording has besides its films, as texts: the layouts of each stream, and the slides of channel A while they are seen. Times are
 * those of all parts of the stream one after the other. A stream of which a part is missing has none. Pure.
 */
export function tracksOf(recording: Recording): RecordingTrack[] {
  const first = layoutsOf(recording);
  const second = recording.second && layoutsOf(recording.second);
  const stream = recording.parts[0]?.stream;
  const slides = first && slidesOf(recording, first);
  return [
    ...(first ? [{ kind: 'layout' as const, ...(stream ? { stream } : {}), text: formatLayoutTrack(first) }] : []),
    ...(second ? [{ kind: 'layout' as const, stream: 2 as const, text: formatLayoutTrack(second) }] : []),
    ...(slides ? [{ kind: 'slides' as const, text: formatSlideList({ slides, durationMs: first.durationMs }) }] : []),
  ];
}

/** Milliseconds for which the last slide so far is told to be shown: it may still go on. */
const LAST_MS = 1000;
const offsetOf = ({ offsetMs }: Moment): number => offsetMs;

/**
 * What is known so far of a part of the first stream that is written, by the name of its file, with times of this file.
 * Undefined: no slides were found in it. Pure.
 */
export function tracksOfPart({ parts, layouts = [], slides = [] }: Recording, name: string): GrowingTracks | undefined {
  const part = parts.find((one) => one.name === name);
  if (!part) return undefined;
  const isIn = (moment: Moment): boolean => moment.part === part.number && moment.offsetMs < part.durationMs;
  const numbers = new Map<number, number>();
  const own = slides.flatMap((slide, at): FoundSlide[] => {
    if (!isIn(slide)) return [];
    const { sameAs, ...found } = slide;
    const same = sameAs === undefined ? undefined : numbers.get(sameAs);
    numbers.set(at, numbers.size);
    return [{ ...found, additions: slide.additions.filter(isIn), ...(same === undefined ? {} : { sameAs: same }) }];
  });
  const shown = layouts.filter(isIn);
  // The length grows all the time: with the real one, the same slides would be another text each time.
  const told = [...shown, ...own.flatMap((one) => [one, one.picture, ...one.additions]).filter(isIn)];
  const lastMs = Math.max(...told.map(offsetOf));
  const known = [{ ...part, durationMs: Math.min(part.durationMs, lastMs + LAST_MS) }];
  const track = layoutsOf({ parts: known, layouts: shown });
  const timed = track && slidesOf({ parts: known, slides: own }, track);
  if (!timed) return undefined;
  const { durationMs } = track;
  return { layout: formatLayoutTrack(track), slides: formatSlideList({ slides: timed, durationMs }) };
}

type Parts = readonly RecordingPart[];

/** Where each part begins; undefined if one is missing. */
function startsOf(parts: Parts): { startMs: ReadonlyMap<number, number>; durationMs: number } | undefined {
  const startMs = new Map<number, number>();
  let durationMs = 0;
  for (const { number, durationMs: lengthMs, state } of parts.toSorted((a, b) => a.number - b.number)) {
    if (state === 'lost' || state === 'failed') return undefined;
    startMs.set(number, durationMs);
    durationMs += lengthMs;
  }
  return durationMs > 0 ? { startMs, durationMs } : undefined;
}

function layoutsOf({ parts, layouts = [] }: Pick<SecondStream, 'parts' | 'layouts'>): LayoutTrack | undefined {
  const starts = startsOf(parts);
  if (!starts || layouts.length === 0) return undefined;
  const timed: LayoutTrack['layouts'][number][] = [];
  let last = '';
  for (const { part, offsetMs, name, sizePx, windows } of layouts) {
    const atMs = timeOf({ part, offsetMs }, parts, starts.startMs);
    const layout = { name, sizePx, windows };
    const text = JSON.stringify(layout);
    // Each part begins with the layout that is on, and what was told of a frame that the disk never got says nothing.
    if (atMs === undefined || text === last) continue;
    last = text;
    timed.push({ atMs, ...layout });
  }
  // A layout is known from the beginning on, or what is missing would be taken for channels that are not shown.
  return timed[0]?.atMs === 0 ? { durationMs: starts.durationMs, layouts: timed } : undefined;
}

/** The time of a moment; undefined if its part has no such moment. */
function timeOf({ part, offsetMs }: Moment, parts: Parts, startMs: ReadonlyMap<number, number>): number | undefined {
  const lengthMs = parts.find(({ number }) => number === part)?.durationMs ?? 0;
  const start = startMs.get(part);
  return start === undefined || offsetMs >= lengthMs ? undefined : start + offsetMs;
}

function slidesOf(
  { parts, slides }: Pick<Recording, 'parts' | 'slides'>,
  layouts: LayoutTrack,
): readonly Slide[] | undefined {
  const starts = startsOf(parts);
  if (!starts || !slides || slides.length === 0) return undefined;
  const timed = slides.map((slide) => timedSlide(slide, parts, starts.startMs));
  const ends = timed.map((_, at) => timed[at + 1]?.fromMs ?? starts.durationMs);
  const whole = timed.map((slide, at): Slide => {
    const toMs = Math.max(slide.fromMs, ends[at]!);
    return { ...slide, toMs, pictureMs: Math.min(Math.max(slide.pictureMs, slide.fromMs), toMs - 1) };
  });
  return slidesWithin(whole, seenIn(windowsOf(layouts.layouts, 'A', starts.durationMs)));
}

type Timed = Omit<Slide, 'toMs'>;

/** A slide with times; one of a frame that the disk never got comes with the end of its part. */
function timedSlide(slide: FoundSlide, parts: Parts, startMs: ReadonlyMap<number, number>): Timed {
  const at = ({ part, offsetMs }: Moment): number =>
    (startMs.get(part) ?? 0) + Math.min(offsetMs, parts.find(({ number }) => number === part)?.durationMs ?? 0);
  const { picture, additions, sameAs } = slide;
  return {
    fromMs: at(slide),
    pictureMs: at(picture),
    additionsMs: additions.map(at),
    ...(sameAs === undefined ? {} : { sameAs }),
  };
}
