import { z } from 'zod';
import { parseCondition } from '../condition.ts';
import { ConditionError } from '../condition-tokens.ts';
import { listed } from '../selection.ts';

/** Type of a configuration's value. Its schema reads the text of a definition, after variables were replaced. */
export interface KeyType {
  /** Name in the reference. */
  name: string;
  schema: z.ZodType<unknown, string>;
  /** Whether the schema reads variables too, so that a value with variables is judged. */
  withVariables?: boolean;
}

const FLAVOR_SIDE = String.raw`[\w.+*-]+`;
const FLAVOR_TEXT = new RegExp(`^${FLAVOR_SIDE}/${FLAVOR_SIDE}$`);
const TAG_TEXT = /^[+-]?[^\s,+-][^\s,]*$/;

const whole = z
  .string()
  .regex(/^-?\d{1,9}$/, 'must be a whole number')
  .transform(Number);

/** A condition, as in `if`. */
export const CONDITION: KeyType = {
  name: 'condition',
  withVariables: true,
  schema: z.string().superRefine((text, context) => {
    const why = whyNoCondition(text);
    if (why !== undefined) context.addIssue({ code: 'custom', message: `is no condition, ${why}` });
  }),
};

function whyNoCondition(text: string): string | undefined {
  try {
    parseCondition(text);
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    return error.message;
  }
}

export const TEXT: KeyType = { name: 'text', schema: z.string() };
export const FLAG: KeyType = {
  name: 'true or false',
  schema: z
    .string()
    .regex(/^(true|false)$/i, 'must be true or false')
    .transform((text) => /^true$/i.test(text)),
};
export const NUMBER: KeyType = { name: 'whole number', schema: whole };
export const DECIMAL: KeyType = {
  name: 'number',
  schema: z
    .string()
    .regex(/^-?\d{1,9}(\.\d{1,9})?$/, 'must be a number')
    .transform(Number),
};
export const FLAVOR: KeyType = {
  name: 'flavor',
  schema: z.string().regex(FLAVOR_TEXT, 'must be a flavor: type/subtype, such as presenter/source; each may be *'),
};
export const FLAVORS: KeyType = {
  name: 'flavors',
  schema: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(FLAVOR_TEXT, 'must be flavors with commas: type/subtype; each may be *'))),
};
export const TAGS: KeyType = {
  name: 'tags',
  schema: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(TAG_TEXT, 'must be tags with commas: words without blanks, + or - before them'))),
};
export const WORDS: KeyType = { name: 'words with commas', schema: z.string().transform(listed) };
/** Moments of a recording: seconds or percent, with commas. */
export const MOMENTS: KeyType = {
  name: 'seconds or percent',
  schema: z
    .string()
    .transform(listed)
    .pipe(z.array(z.string().regex(/^\d{1,6}(\.\d{1,6})?%?$/, 'must be seconds or percent, such as 3 or 50%'))),
};
export const SIZE: KeyType = {
  name: 'size',
  schema: z
    .string()
    .regex(/^(\d{1,5}x\d{1,5}|part-\d{1,3}|upper|lower)$/, 'must be a size such as 1280x720, or the part that has it'),
};
export const RATE: KeyType = {
  name: 'pictures per second',
  schema: z
    .string()
    .regex(/^(-1|-1\.0|\d{1,3}(\.\d{1,6})?|part-\d{1,3})$/, 'must be a number, or the part that has it'),
};

/** Type of a value that is one of some words. */
export const oneOf = (...words: readonly string[]): KeyType => ({
  name: words.join(', '),
  schema: z.string().refine((text) => words.includes(text), `must be one of ${words.join(', ')}`),
});
