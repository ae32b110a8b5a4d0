/**
 * Number of the first of `count` entries for which `isSo` holds, if it holds for all that follow it, as in a sorted list;
 * `count` if it holds for none. Asks about few of them.
 */
export function firstWhere(count: number, isSo: (at: number) => boolean): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (isSo(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
