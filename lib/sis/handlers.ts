import type { ErrorCode } from './errors.ts';
import type { Answer, Asked, Asking, CommandSpec, Form, FormsOf } from './table.ts';
import type { Values } from './template.ts';

/** A refusal, given as a value by a handler. */
export interface Refusal {
  readonly refused: ErrorCode;
}
/** Makes a refusal. */
export const refuse = (code: ErrorCode): Refusal => ({ refused: code });
/** Whether a handler's answer is a refusal. */
export const isRefusal = (value: object): value is Refusal => 'refused' in value;

/**
 * The result of a change. `reply` has the values of the reply that were not in the command; it may also correct those
 * that were.
 */
export type Change<State, Event, Missing, Brought = object> = {
  readonly state: State;
  readonly events?: readonly Event[];
} & (keyof Missing extends never
  ? { readonly reply?: Partial<Brought> }
  : { readonly reply: Missing & Partial<Brought> });

/** The types on which the handlers of one place work. */
export interface World {
  state: unknown;
  session: unknown;
  event: unknown;
}

/**
 * Does one form of a row. Queries give the values of their reply, changes give a Change; both may refuse. Pure: it
 * waits for nothing.
 */
export type Handler<S extends CommandSpec, F extends Form, W extends World> = (
  state: W['state'],
  values: Asked<S, F>,
  session: W['session'],
) => (F extends Asking ? Answer<S, F> : Change<W['state'], W['event'], Answer<S, F>, Asked<S, F>>) | Refusal;

/**
 * One handler for each form of each row; a missing or misspelt one does not compile. `Handlers<DeviceRow, World>` is
 * for a whole table, `Handlers<(typeof presets)[number], World>` for one family.
 */
export type Handlers<Row extends CommandSpec, W extends World> = {
  readonly [S in Row as S['id']]: { readonly [F in FormsOf<S>]: Handler<S, F, W> };
};

/** The result of a command, ready for `formatReply`: the values of the command and of the handler together. */
export interface Handled<W extends World> {
  readonly state: W['state'];
  readonly events: readonly W['event'][];
  readonly values: Values;
}

type Loose<W extends World> = (state: W['state'], values: Values, session: W['session']) => object;

/**
 * Calls the handler of a parsed command. Throws TypeError if the map has none; the type of the map does not allow that.
 */
export function handle<W extends World>(
  handlers: Readonly<Record<string, object>>,
  asked: { readonly id: string; readonly form: Form; readonly values: Values },
  state: W['state'],
  session: W['session'],
): Handled<W> | Refusal {
  const handler = (handlers[asked.id] as Partial<Record<Form, Loose<W>>> | undefined)?.[asked.form];
  if (handler === undefined) throw new TypeError(`sis: no handler for ${asked.id} ${asked.form}`);
  const result = handler(state, asked.values, session);
  if (isRefusal(result)) return result;
  if (asked.form === 'query' || asked.form === 'list') {
    return { state, events: [], values: { ...asked.values, ...(result as Values) } };
  }
  const change = result as { state: W['state']; events?: readonly W['event'][]; reply?: Values };
  return { state: change.state, events: change.events ?? [], values: { ...asked.values, ...change.reply } };
}
