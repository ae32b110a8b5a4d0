import type { Codec } from './codecs.ts';
import type { ErrorCode } from './errors.ts';
import type { Personality } from './personality.ts';
import type { FieldNames, Template, Values } from './template.ts';

/** A wire form on which the sources disagree: its text is `wire.<guess>.value` of the personality. */
export interface Guess<Names extends string = string> {
  guess: string;
  fields: readonly Names[];
}

/** Makes a guess: the name of a wire form in the personality, and the fields that the form must use. */
export const guess = <const Names extends string = never>(key: string, ...fields: readonly Names[]): Guess<Names> => ({
  guess: key,
  fields,
});

/** A wire form: a text, or a guess. */
export type Pattern = Template | Guess;
/** One or several wire forms with the same meaning; the first is the usual one. */
export type Patterns = Pattern | readonly Template[];

/**
 * Forms of a command: set a value, act once, one step up or down, reset to the factory's value; query one value, list
 * all.
 */
export const forms = ['set', 'act', 'up', 'down', 'reset', 'query', 'list'] as const;
/** One of the forms. */
export type Form = (typeof forms)[number];
/** The forms that change nothing. */
export type Asking = 'query' | 'list';
/** Whether a form only asks. */
export const isAsking = (form: Form): form is Asking => form === 'query' || form === 'list';

/** A field's codec. If its range depends on the device, the codec is made from the personality. */
export type Field = Codec<unknown> | ((personality: Personality) => Codec<unknown>);

type Verb = { readonly [F in Form]?: Patterns };

/** One row of the protocol. */
export interface CommandSpec extends Verb {
  /** Id of the row in words of the field, with dots: `record.state`. */
  readonly id: string;
  readonly summary: string;
  /** Reply to every change, in all modes, and to queries in modes 2 and 3. */
  readonly tagged?: Pattern;
  /** Reply to a query in modes 0 and 1; the tagged one where the device has no other. */
  readonly bare?: Pattern;
  readonly listed?: Pattern;
  readonly fields: Readonly<Record<string, Field>>;
  /** Receivers of the line about a change: everyone in modes 1 and 3, or the asker alone. */
  readonly to: 'asker' | 'everyone';
  /** The account that may make the change. */
  readonly access: 'user' | 'admin';
  /** The account that may ask; without it, a user may. */
  readonly queryAccess?: 'admin';
  /**
   * Whether a change is accepted while recording. `archive refused`: only the recorded stream is protected; the
   * confidence stream may change at any time.
   */
  readonly whileRecording: 'allowed' | 'refused' | 'archive refused';
  /** Amphi's effect: it acts, or it keeps and reports the value, or it only answers, since it has no such hardware. */
  readonly effect: 'acts' | 'kept' | 'not applicable';
  /** The part that answers: a handler of the device, the session, or the keeper of values. */
  readonly by: 'device' | 'session' | 'keeper';
  /** The value that the keeper reports until one is set. */
  readonly factory?: Values | ((keys: Values) => Values);
  /** Refuses values that are right one by one but wrong together. */
  readonly check?: (values: Values, form: Form, personality: Personality) => ErrorCode | undefined;
  /** Other plain words for the row, besides its id. */
  readonly words?: readonly string[];
  readonly source: string;
  /** Certainty of the row: A guide and an independent client; B one of them; C inferred, or the sources disagree. */
  readonly confidence: 'A' | 'B' | 'C';
  /**
   * Command, answer and, for a query, the tagged answer. The CR of an escape command and the CR LF of answers are left
   * out.
   */
  readonly examples: readonly (readonly [asks: string, answers: string, tagged?: string])[];
}

/** A line that the device sends unasked, in modes 1 and 3. */
export interface NoticeSpec {
  readonly id: string;
  readonly summary: string;
  readonly line: Pattern;
  readonly fields: Readonly<Record<string, Field>>;
  readonly source: string;
  readonly confidence: 'A' | 'B' | 'C';
  readonly examples: readonly string[];
}

/** Keeps the literal types of a row; the types of handlers are made from them. */
export const command = <const S extends CommandSpec>(spec: S): S => spec;
/** Keeps the literal types of a line that is sent unasked. */
export const notice = <const S extends NoticeSpec>(spec: S): S => spec;

// Parts that many rows have in common: the source with its grade, the rights, and who answers.
export const sure = { source: 'guide, clients', confidence: 'A' } as const;
export const documented = { source: 'guide or one client', confidence: 'B' } as const;
export const inferred = { source: 'inferred', confidence: 'C' } as const;

export const operating = { access: 'user', to: 'everyone', whileRecording: 'allowed' } as const;
export const installing = { access: 'admin', to: 'everyone', whileRecording: 'allowed' } as const;
export const asking = { access: 'user', to: 'asker', whileRecording: 'allowed' } as const;

export const acts = { by: 'device', effect: 'acts' } as const;
export const kept = { by: 'keeper', effect: 'kept' } as const;
export const idle = { by: 'keeper', effect: 'not applicable' } as const;

// Types of handlers, made from the rows.
type NamesIn<P> = P extends string
  ? FieldNames<P>
  : P extends readonly string[]
    ? FieldNames<P[number]>
    : P extends Guess<infer Names>
      ? Names
      : never;

type At<S, K extends string> = S extends { readonly [P in K]: infer P } ? P : never;
type FieldValue<F> = F extends Codec<infer T> ? T : F extends (personality: Personality) => Codec<infer T> ? T : never;
type Named<S extends CommandSpec, Names extends string> = {
  readonly [N in Names & keyof S['fields']]: FieldValue<S['fields'][N]>;
};

/** The forms a row has. */
export type FormsOf<S extends CommandSpec> = Extract<keyof S, Form>;

/** The decoded fields of a command. */
export type Asked<S extends CommandSpec, F extends Form> = Named<S, NamesIn<At<S, F>>>;

type ReplyNames<S extends CommandSpec, F extends Form> = F extends 'query'
  ? NamesIn<At<S, 'bare'>> | NamesIn<At<S, 'tagged'>>
  : F extends 'list'
    ? NamesIn<At<S, 'listed'>>
    : NamesIn<At<S, 'tagged'>>;

/** The fields that a reply needs and that are not in the command. */
export type Answer<S extends CommandSpec, F extends Form> = Named<S, Exclude<ReplyNames<S, F>, NamesIn<At<S, F>>>>;
