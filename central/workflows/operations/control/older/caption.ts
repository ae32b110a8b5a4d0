import { fitsFlavor, targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import { filesOf } from '../../../../catalogue/files.ts';
import { newestVersion } from '../../../../catalogue/versions.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';

/**
 * `caption`: waits until somebody has brought captions (before version 2 of Opencast); then it takes those of the newest version of
 * the event that the run does not have.
 */
export const caption = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'caption',
  weight: 'light',
  async run(context) {
    const { keys, workflow, elements } = context;
    if (context.variables.get(asked(context)) !== 'true')
      return {
        kind: 'pause',
        again: true,
        why: 'waits until somebody has brought captions, or wants none',
        variables: new Map([[asked(context), 'true']]),
      };
    const newest = await newestVersion(database, workflow.event);
    const files = newest ? await filesOf(database, workflow.event, newest.version) : [];
    const paths = new Set(elements.map(({ path }) => path));
    const found = files.filter(({ flavor, path }) => fitsFlavor(flavor, 'captions/*') && !paths.has(path));
    if (found.length === 0) return { kind: 'skip', why: 'nobody has brought captions' };
    const added = found.map(({ event: _event, version: _version, ...one }): ElementRow => {
      return { ...one, id: crypto.randomUUID(), tags: targetTags(one.tags, keys.list('target-tags')) };
    });
    return { kind: 'done', added };
  },
});

/** Variable that says whether a person was asked. */
const asked = ({ position }: Pick<OperationContext, 'position'>): string => `caption_${position}_asked`;
