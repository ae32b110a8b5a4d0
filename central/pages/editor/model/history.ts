/** States of a document that can be gone back to. Pure. */
export interface History<State> {
  past: readonly State[];
  now: State;
  future: readonly State[];
  /** What the last change was about: further changes about the same are undone together. Undefined: with nothing. */
  about: string | undefined;
}

/** Number of steps that can be undone; of more, the oldest is forgotten. */
const MOST_STEPS = 500;

export const startHistory = <State>(now: State): History<State> => ({ past: [], now, future: [], about: undefined });

/**
 * A history after a change. `about` names what is being typed or dragged, such as the title of a chapter: changes that
 * follow each other about the same thing are one step.
 */
export function changed<State>(history: History<State>, next: State, about?: string): History<State> {
  if (next === history.now) return history;
  const goesOn = about !== undefined && about === history.about;
  const past = goesOn ? history.past : [...history.past, history.now].slice(-MOST_STEPS);
  return { past, now: next, future: [], about };
}

/** A history in which the next change is a step of its own. */
export const settled = <State>(history: History<State>): History<State> =>
  history.about === undefined ? history : { ...history, about: undefined };

/** A history after taking the last change back; the same if there is none. */
export function undone<State>(history: History<State>): History<State> {
  const before = history.past.at(-1);
  if (before === undefined) return history;
  return {
    past: history.past.slice(0, -1),
    now: before,
    future: [history.now, ...history.future],
    about: undefined,
  };
}

/** A history after making the last change again that was taken back; the same if there is none. */
export function redone<State>(history: History<State>): History<State> {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, history.now], now: next, future, about: undefined };
}
