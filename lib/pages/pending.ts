import { useEffect, useState } from 'preact/hooks';

/** After an answer, the choice is shown for so long at most until the state that has it arrives by its own way. */
const STATE_MS = 1000;

/**
 * What a field shows while its choice is on the way to the box: the choice, not the value before it. `send` carries it out;
 * once it has settled, and `value` did not follow within a second, the field shows `value` again.
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
