/** Difference in seconds between two films that nobody sees, and beyond which a film jumps instead of catching up. */
const UNSEEN_S = 0.04;
const JUMP_S = 1;
/** Part of the speed by which a film that is late or early plays faster or slower. */
const CATCH_UP = 0.08;

/**
 * How a film catches up with the leading one: `behindS` is its lateness in seconds, below 0 where it is early. Pure.
 */
export function catchUp(behindS: number, speed: number): { rate: number; jump: boolean } {
  if (Math.abs(behindS) <= UNSEEN_S) return { rate: speed, jump: false };
  if (Math.abs(behindS) > JUMP_S) return { rate: speed, jump: true };
  return { rate: speed * (1 + Math.sign(behindS) * CATCH_UP), jump: false };
}
