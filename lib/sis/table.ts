import type { Codec } from './codecs.ts';
import type { ErrorCode } from './errors.ts';
import type { Personality } from './personality.ts';
import type { FieldNames, Template, Values } from './template.ts';

/** A wire form the sources do not agree on: its text is `wire.<guess>.value` of the personality. */
export interface Guess<Names extends string = string> {
  guess: string;
  fields: readonly Names[];
}

/** Names a wire form of the personality, and the fields it must use. */
export const guess = <const Names extends string = never>(key: string, ...fields: readonly Names[]): Guess<Names> => ({
  guess: key,
  fields,
});

/** Several forms mean the same; the first is the usual one. */
export type Pattern = Template | Guess;
export type Patterns = Pattern | readonly Template[];

/**
 * What a command wants:
 * set a value, act once, up and down one step, reset to the factory's value; or ask: query one, list all.
 */
export const forms = ['set', 'act', 'up', 'down', 'reset', 'query', 'list'] as const;
export type Form = (typeof forms)[number];
export type Asking = 'query' | 'list';
export const isAsking = (form: Form): form is Asking => form === 'query' || form === 'list';

/** A range may depend on the device: then the field is made from its personality. */
export type Field = Codec<unknown> | ((personality: Personality) => Codec<unknown>);

type Verb = { readonly [F in Form]?: Patterns };

/** One row of the protocol. */
export interface CommandSpec extends Verb {
  /** Domain words with dots: `record.state`. */
  readonly id: string;
  readonly summary: string;
  /** Reply to every change, in all modes, and to queries in modes 2 and 3. */
  readonly tagged?: Pattern;
  /** Reply to a query in modes 0 and 1; the tagged one where the device has no other. */
  readonly bare?: Pattern;
  readonly listed?: Pattern;
  readonly fields: Readonly<Record<string, Field>>;
  /** Who hears of a change: everyone in modes 1 and 3, or only who asked. */
  readonly to: 'asker' | 'everyone';
  /** Who may change. */
  readonly access: 'user' | 'admin';
  /** Who may ask; a user, where nothing is said. */
  readonly queryAccess?: 'admin';
  /** `archive refused`: only for what is recorded; the confidence stream may change at any time. */
  readonly whileRecording: 'allowed' | 'refused' | 'archive refused';
  /** What Amphi does about it: acts, keeps and reports the value, or answers though there is nothing to do. */
  readonly effect: 'acts' | 'kept' | 'not applicable';
  /** Who answers: a handler of the device, of the session, or the generic keeper of values. */
  readonly by: 'device' | 'session' | 'keeper';
  /** What the keeper reports until somebody sets it. */
  readonly factory?: Values | ((keys: Values) => Values);
  /** Refuses values that are each right but not together. */
  readonly check?: (values: Values, form: Form, personality: Personality) => ErrorCode | undefined;
  /** Other plain words for the row, beside its id. */
  readonly words?: readonly string[];
  readonly source: string;
  /** A: guide and an independent client; B: one of them; C: inferred, or in conflict. */
  readonly confidence: 'A' | 'B' | 'C';
  /** [asks, answers] and, for a query, the tagged answer. CR after an escape command and CR LF after answers go without saying. */
  readonly examples: readonly (readonly [asks: string, answers: string, tagged?: string])[];
}

/** A line the device says unasked, in modes 1 and 3. */
export interface NoticeSpec {
  readonly id: string;
  readonly summary: string;
  readonly line: Pattern;
  readonly fields: Readonly<Record<string, Field>>;
  readonly source: string;
  readonly confidence: 'A' | 'B' | 'C';
  readonly examples: readonly string[];
}

/** Keeps the literal types of a row, from which handlers are typed. */
export const command = <const S extends CommandSpec>(spec: S): S => spec;
export const notice = <const S extends NoticeSpec>(spec: S): S => spec;

// What most rows of a kind have in common.
export const sure = { source: 'guide, clients', confidence: 'A' } as const;
export const documented = { source: 'guide or one client', confidence: 'B' } as const;
export const inferred = { source: 'inferred', confidence: 'C' } as const;

export const operating = { access: 'user', to: 'everyone', whileRecording: 'allowed' } as const;
export const installing = { access: 'admin', to: 'everyone', whileRecording: 'allowed' } as const;
export const asking = { access: 'user', to: 'asker', whileRecording: 'allowed' } as const;

export const acts = { by: 'device', effect: 'acts' } as const;
export const kept = { by: 'keeper', effect: 'kept' } as const;
export const idle = { by: 'keeper', effect: 'not applicable' } as const;

// The types of handlers.
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

/** What a command brings: its fields, decoded. */
export type Asked<S extends CommandSpec, F extends Form> = Named<S, NamesIn<At<S, F>>>;

type ReplyNames<S extends CommandSpec, F extends Form> = F extends 'query'
  ? NamesIn<At<S, 'bare'>> | NamesIn<At<S, 'tagged'>>
  : F extends 'list'
    ? NamesIn<At<S, 'listed'>>
    : NamesIn<At<S, 'tagged'>>;

/** What a reply needs beside what the command brought. */
export type Answer<S extends CommandSpec, F extends Form> = Named<S, Exclude<ReplyNames<S, F>, NamesIn<At<S, F>>>>;
