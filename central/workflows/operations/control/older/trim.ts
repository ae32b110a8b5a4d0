import { openCatalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { openKeys } from '../../../run/keys.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';
import { editor } from '../../find/editor.ts';

/** Keys that `editor` has too. */
const SHARED = ['source-flavor', 'target-flavor-subtype', 'target-tags'];

/** `trim`: what `editor` was before version 2: it waits until somebody has cut the recording, and cuts it. */
export const trim = (needs: OperationNeeds): Operation => {
  const row = openCatalogue().find('editor');
  if (!row) throw new Error('the catalogue has no editor');
  const now = editor(needs);
  return {
    id: 'trim',
    weight: 'heavy',
    run(context) {
      const shared = SHARED.flatMap((name): [string, string][] => {
        const value = context.keys.text(name);
        return value === undefined ? [] : [[name, value]];
      });
      return now.run({ ...context, keys: openKeys(row, new Map([...shared, ['interactive', 'true']])) });
    },
  };
};
