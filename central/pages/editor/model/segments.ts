/** The cut of a recording: segments that follow each other without gaps, of which some are cut away. Pure. */

/** A segment, in pictures; `to` is the first picture after it. */
export interface Segment {
  from: number;
  to: number;
  deleted: boolean;
}

/** Interval of pictures; `to` is the first picture after it. */
export type Range = Pick<Segment, 'from' | 'to'>;

/** A recording of which nothing is cut away. */
export const whole = (frames: number): Segment[] => [{ from: 0, to: frames, deleted: false }];

/** Index of the segment with a picture; the last one for a picture behind the end. */
export function indexAt(segments: readonly Segment[], frame: number): number {
  const found = segments.findIndex(({ to }) => frame < to);
  return found < 0 ? segments.length - 1 : found;
}

/** The segments with a border before a picture. Nothing changes where a border is already, or at the ends. */
export function splitAt(segments: readonly Segment[], frame: number): Segment[] {
  return segments.flatMap((one) =>
    one.from < frame && frame < one.to
      ? [
          { ...one, to: frame },
          { ...one, from: frame },
        ]
      : [one],
  );
}

/** The segments with one of them cut away, or kept again. */
export const withDeleted = (segments: readonly Segment[], index: number, deleted: boolean): Segment[] =>
  segments.map((one, n) => (n === index ? { ...one, deleted } : one));

/** The segments with an interval cut away, or kept again; borders inside it go. */
export function withRange(segments: readonly Segment[], { from, to }: Range, deleted: boolean): Segment[] {
  const end = segments.at(-1)?.to ?? 0;
  const [first, last] = [Math.max(0, Math.min(from, end)), Math.max(0, Math.min(to, end))];
  if (first >= last) return [...segments];
  const outside = splitAt(splitAt(segments, first), last);
  return [
    ...outside.filter((one) => one.to <= first),
    { from: first, to: last, deleted },
    ...outside.filter((one) => one.from >= last),
  ];
}

/** A segment and the next one as one, which is kept if the first one was. Nothing changes for the last one. */
export function joined(segments: readonly Segment[], index: number): Segment[] {
  const [one, next] = [segments[index], segments[index + 1]];
  if (!one || !next) return [...segments];
  return [...segments.slice(0, index), { ...one, to: next.to }, ...segments.slice(index + 2)];
}

/** The segments with a border moved; it stays between its neighbours, with a picture at least on each side. */
export function movedBorder(segments: readonly Segment[], index: number, frame: number): Segment[] {
  const [before, after] = [segments[index - 1], segments[index]];
  if (!before || !after) return [...segments];
  const at = Math.max(before.from + 1, Math.min(frame, after.to - 1));
  return segments.map((one, n) => {
    if (n === index - 1) return { ...one, to: at };
    return n === index ? { ...one, from: at } : one;
  });
}

/** Intervals that are kept, neighbours as one. */
export function keptRanges(segments: readonly Segment[]): Range[] {
  const ranges: Range[] = [];
  for (const { from, to, deleted } of segments) {
    if (deleted || from >= to) continue;
    const last = ranges.at(-1);
    if (last?.to === from) last.to = to;
    else ranges.push({ from, to });
  }
  return ranges;
}

/** Number of pictures that are kept. */
export const keptFrames = (segments: readonly Segment[]): number =>
  keptRanges(segments).reduce((sum, { from, to }) => sum + to - from, 0);

/** The next kept picture, from a picture on; undefined: everything behind it is cut away. */
export function nextKept(segments: readonly Segment[], frame: number): number | undefined {
  for (const { from, to } of keptRanges(segments)) if (frame < to) return Math.max(frame, from);
  return undefined;
}

/** Border before a picture, or behind it; the ends of the recording count as borders. */
export function borderFrom(segments: readonly Segment[], frame: number, direction: 1 | -1): number {
  const end = segments.at(-1)?.to ?? 0;
  const borders = [0, ...segments.map(({ to }) => to)];
  if (direction > 0) return borders.find((one) => one > frame) ?? end;
  return borders.findLast((one) => one < frame) ?? 0;
}

/** The parts of some intervals that are not cut away yet. */
export function stillKept(segments: readonly Segment[], ranges: readonly Range[]): Range[] {
  const kept = keptRanges(segments);
  return ranges.flatMap((range) =>
    kept.flatMap(({ from, to }) => {
      const part = { from: Math.max(from, range.from), to: Math.min(to, range.to) };
      return part.from < part.to ? [part] : [];
    }),
  );
}
