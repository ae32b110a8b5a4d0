import { isTimedText } from '../../../../catalogue/files.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import { filesOf } from '../../../../catalogue/files.ts';
import { newestVersion } from '../../../../catalogue/versions.ts';
import type { Database } from '../../../../store/connect.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { ElementChanges } from '../../../run/elements.ts';
import type { OperationContext } from '../../../run/operation.ts';
import { folderOfRun } from '../../../run/attempt-files.ts';

/** What a run gets of an edit that was saved while it waited, and its elements after that. */
export interface EditedMeanwhile extends Required<Pick<ElementChanges, 'removed'>> {
  added: ElementRow[];
  elements: readonly ElementRow[];
}

/** Types of flavors that describe an event: publications take them from the event itself. */
const DESCRIPTIONS: ReadonlySet<string> = new Set(['dublincore', 'security']);

/**
 * What the newest version of the event has of an edit (cut list, captions, chapters, covers) and the run does not, since a person
 * saved it while the run waited. Recordings are never exchanged.
 */
export async function editedMeanwhile(database: Database, context: OperationContext): Promise<EditedMeanwhile> {
  const { workflow, elements } = context;
  const newest = await newestVersion(database, workflow.event);
  if (!newest || newest.version <= workflow.version) return { added: [], removed: [], elements };
  const files = (await filesOf(database, workflow.event, newest.version)).filter(isOfEdit);
  const own = `${folderOfRun(workflow.id)}/`;
  const gone = elements.filter(
    (one) => isOfEdit(one) && !one.path.startsWith(own) && !files.some((file) => isSame(file, one)),
  );
  const added = files
    .filter((file) => !elements.some((one) => isSame(file, one)))
    .map(({ event: _event, version: _version, ...file }): ElementRow => ({ ...file, id: crypto.randomUUID() }));
  if (added.length + gone.length > 0)
    context.log(
      `version ${newest.version} was saved meanwhile: ${added.length} files are new, ${gone.length} have gone`,
    );
  const kept = elements.filter((one) => !gone.includes(one));
  return { added, removed: gone.map(({ id }) => id), elements: [...kept, ...added] };
}

const isOfEdit = (one: ElementRow): boolean =>
  (one.kind !== 'track' || isTimedText(one)) && !DESCRIPTIONS.has(sidesOf(one.flavor)[0]);

const isSame = (one: ElementRow, other: ElementRow): boolean =>
  one.flavor === other.flavor && one.md5 === other.md5 && one.file_name === other.file_name;
