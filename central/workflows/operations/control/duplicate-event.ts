import { msOfW3c } from '@amphi/lib/opencast/dates.ts';
import { DCTERMS_NAMESPACE } from '@amphi/lib/opencast/dublin-core.ts';
import { targetTags } from '@amphi/lib/opencast/workflows/selection.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { checkedRow } from '../../../catalogue/event-rows.ts';
import { eventNamed, writeEvents } from '../../../catalogue/events.ts';
import { seriesNamed } from '../../../catalogue/series.ts';
import { tellAudit } from '../../../identity/audit.ts';
import type { Database } from '../../../store/connect.ts';
import { json, type ElementRow, type EventRow, type NewEvent } from '../../../store/tables.ts';
import {
  OperationFailed,
  type Keys,
  type Operation,
  type OperationContext,
  type OperationNeeds,
} from '../../run/operation.ts';
import { sourcesOf } from '../selecting.ts';
import { linked, writeVersion, type Placed } from './new-version.ts';

type Needs = Pick<OperationNeeds, 'database' | 'store'>;

/** Copies that one operation may make, whatever its keys say. */
const MOST_COPIES = 1000;
/** Blanks and `-` in the fields of Opencast's panel mean that nothing is to be changed. */
const NOTHING = /^[\s-]*$/;

/** `duplicate-event`: makes further events with the same files, each file with a name of its own and no copy on the disk. */
export const duplicateEvent = (needs: Needs): Operation => ({
  id: 'duplicate-event',
  weight: 'light',
  async run(context) {
    const { keys, workflow, log } = context;
    const count = countOf(keys);
    const event = await eventNamed(needs.database, workflow.event);
    if (!event) throw new OperationFailed(`there is no event ${workflow.event} any more`);
    const sources = sourcesOf(context);
    const copies: Copy[] = [];
    for (let number = 1; number <= count; number++) {
      const row = await rowOf(needs, keys, { event, number });
      copies.push({ row, files: await linksOf(needs, context, { id: row.id, sources }) });
    }
    const ids = copies.map(({ row }) => row.id);
    log(`${count} events: ${ids.join(', ')}`);
    const numbered = ids.map((id, at): [string, string] => [`duplicate_media_package_${at + 1}_id`, id]);
    return {
      kind: 'done',
      variables: new Map([...numbered, ['duplicate_media_package_ids', ids.join(',')]]),
      settle: (within) => keep(needs, within, { copies, of: event.id }),
    };
  },
});

/** A further event, and its files, which wait in the folder of the attempt. */
interface Copy {
  row: NewEvent;
  files: readonly Placed[];
}

function countOf(keys: Keys): number {
  const count = keys.number('number-of-events');
  const most = Math.min(MOST_COPIES, keys.number('max-number-of-events') ?? MOST_COPIES);
  if (count === undefined || count < 1)
    throw new OperationFailed('duplicate-event: number-of-events must be 1 or more');
  if (count <= most) return count;
  throw new OperationFailed(`duplicate-event: ${count} events are asked for; ${most} may be made`);
}

const given = (keys: Keys, name: string): string | undefined => {
  const text = keys.text(name);
  // A variable without a value stays as it is written.
  return text === undefined || NOTHING.test(text) || text.includes('${') ? undefined : text;
};

/** The row of a copy: what the event is called and who may see it, without its place in the timetable. */
async function rowOf(
  { database }: Needs,
  keys: Keys,
  { event, number }: { event: EventRow; number: number },
): Promise<NewEvent> {
  const series = given(keys, 'set-series-id') ?? event.series;
  if (series !== null && series !== event.series && !(await seriesNamed(database, series)))
    throw new OperationFailed(`duplicate-event: there is no series ${series}`);
  const suffix = keys.flag('no-suffix') ? '' : ` (${keys.text('copy-number-prefix') ?? 'copy'} ${number})`;
  const title = `${given(keys, 'set-title') ?? event.title}${suffix}`;
  const startsAtMs = startOf(keys) ?? event.starts_at?.getTime();
  const isTime = (name: string): boolean => ['created', 'temporal'].includes(name);
  const others = event.terms.filter(
    ({ namespace, name }) =>
      namespace !== DCTERMS_NAMESPACE || !(name === 'title' || (startsAtMs !== undefined && isTime(name))),
  );
  const created =
    startsAtMs === undefined
      ? []
      : [{ namespace: DCTERMS_NAMESPACE, name: 'created', value: new Date(startsAtMs).toISOString() }];
  try {
    const row = { title, series, terms: json([...others, ...created]), acl: json(event.acl), hall: event.hall };
    return checkedRow({ ...row, id: crypto.randomUUID() });
  } catch (error) {
    if (error instanceof BadRequest) throw new OperationFailed(`duplicate-event: ${error.message}`);
    throw error;
  }
}

function startOf(keys: Keys): number | undefined {
  const text = given(keys, 'set-start-date-time');
  if (text === undefined) return undefined;
  const ms = msOfW3c(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  if (ms !== undefined) return ms;
  throw new OperationFailed('duplicate-event: set-start-date-time must be a time such as 2026-12-02T08:00:00Z');
}

/** Elements of a copy, with a link to each file. */
async function linksOf(
  { store }: Needs,
  context: OperationContext,
  { id, sources }: { id: string; sources: readonly ElementRow[] },
): Promise<Placed[]> {
  const tags = context.keys.list('target-tags');
  const files: Placed[] = [];
  for (const source of sources) {
    const element = { ...source, id: crypto.randomUUID(), tags: targetTags(source.tags, tags) };
    files.push(await linked(store, context, element, id));
  }
  return files;
}

/** Writes the events with a version each. It may be called again if the transaction fails. */
async function keep(
  { store }: Needs,
  within: Database,
  { copies, of }: { copies: readonly Copy[]; of: string },
): Promise<void> {
  for (const { row, files } of copies) {
    await writeEvents(within, [row]);
    const event = await eventNamed(within, row.id);
    if (!event) throw new Error(`the event ${row.id} is not there`);
    await writeVersion(store, within, { event, version: 1, package: event.id }, files);
    const change = { title: event.title, duplicateOf: of };
    await tellAudit(within, undefined, { action: 'create', kind: 'event', object: event.id, change });
  }
}
