import { tell } from '#lib/pages/toasts.ts';
import type { Answer, Trouble } from './api.ts';
import { texts } from './shared-texts.ts';

/** Why something was not done, for people. */
export function wordsOf({ status, text, retryAfterS }: Trouble): string {
  if (status === 0) return texts.unanswered;
  if (status === 403) return texts.forbidden;
  if (status === 429) return texts.throttled(retryAfterS ?? 5);
  if (status === 500) return texts.fault;
  return texts.refusal(text.replaceAll(/\bbody\./g, ''));
}

/** Tells of trouble, if there is any; gives the value otherwise. */
export function orTell<Value>(answer: Answer<Value>, done?: string): Value | undefined {
  if (answer.trouble) tell('trouble', wordsOf(answer.trouble));
  else if (done !== undefined) tell('done', done);
  return answer.value;
}
