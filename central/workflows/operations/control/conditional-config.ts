import { parseCondition } from '@amphi/lib/opencast/workflows/condition.ts';
import { evaluateCondition } from '@amphi/lib/opencast/workflows/condition-value.ts';
import { openVariables } from '@amphi/lib/opencast/workflows/variables.ts';
import { OperationFailed, type Operation, type OperationContext } from '../../run/operation.ts';

/** `conditional-config`: gives a variable the value that stands beside the first condition that holds. */
export const conditionalConfig = (): Operation => ({
  id: 'conditional-config',
  weight: 'light',
  async run({ keys, variables, log }) {
    const name = keys.needed('configuration-name');
    const found = firstThatHolds({ keys, variables });
    const value = found === undefined ? keys.text('no-match') : (keys.text(`value-${found}`) ?? '');
    if (value === undefined) return { kind: 'skip', why: 'no condition holds, and there is no no-match' };
    log(
      `${found === undefined ? 'no condition holds' : `condition-${found} holds`}: ${name} is ${JSON.stringify(value)}`,
    );
    return { kind: 'done', variables: new Map([[name, value]]) };
  },
});

const CONDITION = 'condition-';

/** Name of the first condition that holds, in the order of their names. */
function firstThatHolds({ keys, variables }: Pick<OperationContext, 'keys' | 'variables'>): string | undefined {
  const conditions = keys.all(`${CONDITION}NAME`).filter(([, text]) => text.trim() !== '');
  if (conditions.length === 0)
    throw new OperationFailed('conditional-config: there is no condition: write condition-1');
  const values = openVariables(variables);
  const sorted = conditions.toSorted(([one], [other]) => (one < other ? -1 : 1));
  const found = sorted.find(([key, text]) => {
    const truth = evaluateCondition(parseCondition(text.trim()), values);
    if ('why' in truth) throw new OperationFailed(`${key} has no answer: ${truth.why}`);
    return truth.value;
  });
  return found?.[0].slice(CONDITION.length);
}
