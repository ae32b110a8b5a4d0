/**
 * Moments of a source, kept in the time stamps of a container. FFmpeg writes only stamps that grow, and silently
 * changes others, but the time of a source may jump back. So each jump back begins a new round, and the moment is the
 * remainder of the stamp in its round.
 */

/**
 * Seconds of a round, twelve days. A moment further than half a round from zero wraps around, which begins a new round
 * as a jump back does.
 */
const ROUND_S = 2 ** 20;

/**
 * The filter that writes the moments (`setpts`, `asetpts`), in ticks of a rate. Moments before zero have their place
 * too.
 */
export function momentsFilter(filter: 'setpts' | 'asetpts', ticksPerSecond: number): string {
  const round = ROUND_S * ticksPerSecond;
  const moment = `st(1,mod(PTS+${round / 2},${round}))`;
  const rounds = 'st(0,ld(0)+lt(ld(1),ld(2)))';
  return `${filter}='${moment};${rounds};st(2,ld(1));ld(1)+ld(0)*${round}'`;
}

/** The moment of a stamp that `momentsFilter` wrote, in milliseconds of the source. */
export function momentOf(ticks: bigint, ticksPerSecond: number): number {
  const round = BigInt(ROUND_S * ticksPerSecond);
  return (Number((ticks % round) - round / 2n) * 1000) / ticksPerSecond;
}
