import { keyed, keyedReason } from '#lib/sentences/catalogue.ts';
import type { Sentence } from '#lib/sentences/sentence.ts';

/** A thing with a text, and beside the English text the key and values of its sentence. */
export type Said<Carrier> = Carrier & { said?: Sentence };

/** `said` for an English text, to be spread into what carries the text; empty for a text that is none of the box's. */
export const saidOf = (text: string | undefined): { said?: Sentence } => {
  const said = text === undefined ? undefined : keyed(text);
  return said ? { said } : {};
};

/** `said` for a reason, which may be FFmpeg's; empty for a text that is unknown. */
export const reasonSaid = (text: string | undefined): { said?: Sentence } => {
  const said = text === undefined ? undefined : keyedReason(text);
  return said ? { said } : {};
};

/** Adds the sentence of `text`. */
export const withSaid = <Carrier extends { text: string }>(one: Carrier): Said<Carrier> => ({
  ...one,
  ...reasonSaid(one.text),
});

/** Adds the sentence of a reason that is given as `error`, if there is one. */
export const withError = <Carrier extends { error?: string | undefined }>(one: Carrier): Said<Carrier> =>
  one.error === undefined ? one : { ...one, ...reasonSaid(one.error) };
