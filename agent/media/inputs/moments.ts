/**
 * The moments of a source in time stamps of a container. FFmpeg writes only stamps that grow, and mends others without a word in
 * them; a source's may jump back. So the moment is what is left of a stamp over a round, and each jump back begins a round.
 */

/** Seconds of a round, twelve days: further jumps are no jumps any more, but still begin a round if they go back. */
const ROUND_S = 2 ** 20;

/** The filter that writes the moments (`setpts`, `asetpts`), at so many ticks a second. Moments before zero have their place too. */
export function momentsFilter(filter: 'setpts' | 'asetpts', ticksPerSecond: number): string {
  const round = ROUND_S * ticksPerSecond;
  const moment = `st(1,mod(PTS+${round / 2},${round}))`;
  const rounds = 'st(0,ld(0)+lt(ld(1),ld(2)))';
  return `${filter}='${moment};${rounds};st(2,ld(1));ld(1)+ld(0)*${round}'`;
}

/** The moment of such a stamp, in milliseconds of the source. */
export function momentOf(ticks: bigint, ticksPerSecond: number): number {
  const round = BigInt(ROUND_S * ticksPerSecond);
  return (Number((ticks % round) - round / 2n) * 1000) / ticksPerSecond;
}
