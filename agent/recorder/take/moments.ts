/** A time in a run of a take, in ticks. */
export interface RunMoment {
  run: number;
  ticks: number;
}

/** Where the frames of the encoder are in a take. Pure. */
export interface Moments {
  /** Tells a picture of the take: its time in its run, and its time stamp as it came. */
  picture(run: number, ticks: number, rawTicks: number): void;
  /**
   * The moment of a frame, by its time stamp as it came. One that is not in the take, as in a pause, is where the take goes on.
   * Undefined before the first picture.
   */
  at(rawTicks: number): RunMoment | undefined;
}

/** Pictures that follow each other in one run, with the same difference to their time stamps. */
interface Stretch {
  run: number;
  rawFrom: number;
  shift: number;
}

/** Opens the moments of a take without pictures. */
export function openMoments(): Moments {
  const stretches: Stretch[] = [];
  return {
    picture(run, ticks, rawTicks) {
      const last = stretches.at(-1);
      const shift = rawTicks - ticks;
      if (last?.run === run && last.shift === shift) return;
      if (!last || rawTicks > last.rawFrom) stretches.push({ run, rawFrom: rawTicks, shift });
    },
    at(rawTicks) {
      const index = Math.max(
        0,
        stretches.findLastIndex(({ rawFrom }) => rawFrom <= rawTicks),
      );
      const stretch = stretches[index];
      if (!stretch) return undefined;
      const { run, rawFrom, shift } = stretch;
      const ticks = Math.max(rawTicks, rawFrom) - shift;
      const next = stretches[index + 1];
      return { run, ticks: next?.run === run ? Math.min(ticks, next.rawFrom - next.shift) : ticks };
    },
  };
}
