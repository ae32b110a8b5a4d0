import { OperationFailed, type Operation } from '../../run/operation.ts';

/**
 * `include`: is replaced by the operations of another definition when a run begins (`withIncludes`). One that is still there
 * could not be: its definition is named by a variable that had no value then.
 */
export const include = (): Operation => ({
  id: 'include',
  weight: 'light',
  async run({ keys }) {
    const id = keys.needed('workflow-id');
    const why = id.includes('${')
      ? `it is named by a variable without a value: give the run this value, or write a default, such as \${name:fast}`
      : 'it had no name yet, or there was no such definition, when the run began: only values that the run begins with may name it';
    throw new OperationFailed(`the definition ${JSON.stringify(id.slice(0, 128))} was not included: ${why}`);
  },
});
