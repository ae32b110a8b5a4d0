import type { Command } from './protocol.ts';
import type { Form } from './table.ts';
import type { Values } from './template.ts';

/** Values by row and by the keys of the row, such as `hdcp.authorize 1`. Plain data that can be saved as it is. */
export type KeptValues = Readonly<Record<string, Values>>;

/** The fields that a query names; each of their values has its own values of the row. */
const keysOf = (command: Command): readonly string[] => {
  const asks = command.forms.query?.[0] ?? command.forms.act?.[0];
  return asks ? asks.fields.map((field) => field.name) : [];
};

const placeOf = (command: Command, values: Values): string =>
  [command.id, ...keysOf(command).map((name) => command.codecs[name]?.write(values[name]))].join(' ');

const factoryOf = ({ spec }: Command, values: Values): Values =>
  typeof spec.factory === 'function' ? spec.factory(values) : (spec.factory ?? {});

/** The values of a row for these keys: those that were set, else the factory's; the keys are among them. */
export const keptValues = (store: KeptValues, command: Command, values: Values): Values => ({
  ...factoryOf(command, values),
  ...store[placeOf(command, values)],
  ...values,
});

/** The values one step up or down from the current ones; the keys stay. */
function stepped(store: KeptValues, command: Command, values: Values, direction: 1 | -1): Values {
  const now = keptValues(store, command, values);
  const moved = Object.entries(now).map(([name, value]) => {
    const next = name in values ? value : command.codecs[name]?.step?.(value, direction);
    return [name, next ?? value];
  });
  return Object.fromEntries(moved) as Values;
}

/**
 * Carries out a command of a row that Amphi only keeps (`by: 'keeper'`). Gives the store after it and the values of the
 * reply.
 */
export function keep(
  store: KeptValues,
  { command, form, values }: { command: Command; form: Form; values: Values },
): { store: KeptValues; values: Values } {
  if (form === 'query' || form === 'list') return { store, values: keptValues(store, command, values) };
  const place = placeOf(command, values);
  if (form === 'reset') {
    const rest = Object.fromEntries(Object.entries(store).filter(([key]) => key !== place));
    return { store: rest, values: keptValues(rest, command, values) };
  }
  if (form === 'act') return { store, values };
  const next = form === 'set' ? values : stepped(store, command, values, form === 'up' ? 1 : -1);
  return { store: { ...store, [place]: next }, values: next };
}
