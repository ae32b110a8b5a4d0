/**
 * Waits for two pieces of work that go on side by side, until both have ended, also if one fails: so that nothing is at work any
 * more. Rejects with the first one's failure, else with the other one's.
 */
export async function sideBySide<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return [await one, await other];
}
