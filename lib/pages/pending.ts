import { useEffect, useState } from 'preact/hooks';

/**
 * Time in milliseconds for which a choice is shown after its answer. If the new state has not arrived by then, the old
 * value is shown again.
 */
const STATE_MS = 1000;

/**
 * Gives what a field shows while its choice is being carried out by `send`: the choice, not the value before it. If
 * `value` has not become the choice within a second after `send` has settled, the field shows `value` again.
 */
export function usePending<Value>(
  value: Value,
  send: (value: Value) => unknown,
): [shown: Value, choose: (value: Value) => void] {
  const [pending, setPending] = useState<{ value: Value } | undefined>();
  useEffect(() => {
    if (pending && pending.value === value) setPending(undefined);
  }, [pending, value]);
  const choose = (chosen: Value): void => {
    const mine = { value: chosen };
    setPending(mine);
    const settled = (): unknown =>
      setTimeout(() => setPending((current) => (current === mine ? undefined : current)), STATE_MS);
    Promise.resolve(send(chosen)).then(settled, settled);
  };
  return [pending ? pending.value : value, choose];
}
