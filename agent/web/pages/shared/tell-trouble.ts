import { tell } from '#lib/pages/toasts.ts';
import { named } from '#lib/pages/words.ts';
import type { Answer, Mistake, Trouble } from './api.ts';
import { texts } from './shared-texts.ts';
import { told } from './told.ts';

/** The reason why something was not done, in words for people. */
export function wordsOf({ status, text, said, mistakes, retryAfterS }: Trouble): string {
  if (status === 0) return texts.unanswered;
  if (status === 403) return texts.forbidden;
  if (status === 429) return texts.throttled(retryAfterS ?? 5);
  if (status === 500) return texts.fault;
  if (mistakes && mistakes.length > 0) return texts.refusal(mistakes.map(mistakeInWords).join('; '));
  return texts.refusal(told(text, said));
}

/** A mistake with its place, as far as it has one: `title: at most 127 characters`. */
function mistakeInWords({ at, text, said }: Mistake): string {
  const place = at.replace(/^(body|query|path)\.?/, '');
  return place === '' ? told(text, said) : named(place, told(text, said));
}

/** Tells of trouble, if there is any, or that it is done (`done`); gives the value of the answer. */
export function orTell<Value>(answer: Answer<Value>, done?: string): Value | undefined {
  if (answer.trouble) tell('trouble', wordsOf(answer.trouble));
  else if (done !== undefined) tell('done', done);
  return answer.value;
}
