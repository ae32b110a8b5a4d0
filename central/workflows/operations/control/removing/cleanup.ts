import { fitsFlavor } from '@amphi/lib/opencast/workflows/selection.ts';
import { removeRunFiles } from '../../../run/run-files.ts';
import type { Database } from '../../../../store/connect.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';

/**
 * `cleanup`: takes elements out of the run, and removes what the run made and nobody else needs. Files of versions and publications
 * stay, and so does all that a run made which failed: it may be tried again.
 */
export const cleanup = ({
  database,
  store,
  log: serverLog,
}: Pick<OperationNeeds, 'database' | 'store' | 'log'>): Operation => ({
  id: 'cleanup',
  weight: 'light',
  async run({ keys, elements, workflow, log }) {
    if (keys.flag('delete-external'))
      log('delete-external: what lies with other hosts stays there; nothing of it is deleted');
    const row = await database.selectFrom('workflows').select('state').where('id', '=', workflow.id).executeTakeFirst();
    if (row?.state === 'failing')
      return { kind: 'skip', why: 'the run has failed: what it made stays, so that it can be tried again' };
    const preserved = keys.list('preserve-flavors');
    const gone = elements.filter(({ flavor }) => !preserved.some((pattern) => fitsFlavor(flavor, pattern)));
    const removed = gone.map(({ id }) => id);
    const settle = async (within: Database): Promise<void> => {
      const paths = await removeRunFiles(within, store, workflow.id, new Set(removed));
      serverLog.info({ workflow: workflow.id, files: paths.length }, 'files of a run were removed');
    };
    log(`${gone.length} elements are taken out of the run, ${elements.length - gone.length} stay`);
    return { kind: 'done', removed, settle };
  },
});
