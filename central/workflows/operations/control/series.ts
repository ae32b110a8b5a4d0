import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatXacml } from '@amphi/lib/opencast/access-list-write.ts';
import { DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { fitsFlavor } from '@amphi/lib/opencast/workflows/selection.ts';
import { episodeTerms, episodeXml, seriesTerms, seriesXml } from '../../../catalogue/dublin-core.ts';
import { eventNamed, lockEvent, writeDescription } from '../../../catalogue/events.ts';
import { elementTypes, seriesElement } from '../../../catalogue/series-elements.ts';
import { seriesNamed } from '../../../catalogue/series.ts';
import { tellAudit } from '../../../identity/audit.ts';
import type { Database } from '../../../store/connect.ts';
import type { ElementRow, EventRow, SeriesRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import type { Keys } from '../../run/operation.ts';

const EPISODE = 'dublincore/episode';
const SERIES = 'dublincore/series';
const ACCESS = 'security/xacml+series';

/**
 * `series`: adds the descriptions and the access list of the series as they are now; fields that the event does not have it may
 * take over from the series.
 */
export const series = ({ database }: Pick<OperationNeeds, 'database'>): Operation => ({
  id: 'series',
  weight: 'light',
  async run(context) {
    const { keys, workflow, log } = context;
    const event = await eventNamed(database, workflow.event);
    if (!event) throw new OperationFailed(`there is no event ${workflow.event} any more`);
    const id = keys.text('series') ?? event.series ?? undefined;
    if (id === undefined) return { kind: 'skip', why: 'the event is of no series' };
    const row = await seriesNamed(database, id);
    if (!row && keys.text('series') !== undefined) throw new OperationFailed(`there is no series ${id}`);
    if (!row) return { kind: 'skip', why: `the series ${id} is not known here` };
    const after = changedEvent(event, row, keys);
    const files = [...(await attachments(database, keys, row)), ...(after ? [episodeFile(context, after)] : [])];
    const added = await Promise.all(files.map((file) => taken(context, file)));
    const replaced = new Set(files.map(({ flavor }) => flavor));
    const removed = context.elements.filter(({ flavor }) => replaced.has(flavor)).map((one) => one.id);
    log(`of the series ${id}: ${files.map(({ flavor }) => flavor).join(', ') || 'nothing'}`);
    const settle = after && ((within: Database): Promise<void> => keepChange(within, event.id, { row, keys }));
    return { kind: 'done', added, removed, settle };
  },
});

/** A file that the operation makes. */
interface NewFile {
  name: string;
  content: string | Buffer;
  kind: 'catalog' | 'attachment';
  flavor: string;
}

/** What is added of a series: its Dublin Core, elements that programs keep with it, and its access list. */
async function attachments(database: Database, keys: Keys, row: SeriesRow): Promise<NewFile[]> {
  const patterns = keys.list('attach');
  const isAttached = (flavor: string): boolean => patterns.some((one) => one === '*' || fitsFlavor(flavor, one));
  const files: NewFile[] = [];
  if (isAttached(SERIES)) files.push({ name: 'series.xml', content: seriesXml(row), kind: 'catalog', flavor: SERIES });
  for (const type of await elementTypes(database, row.id)) {
    const flavor = type.includes('/') ? type : `${type}/series`;
    const kept = isAttached(flavor) && flavor !== SERIES ? await seriesElement(database, row.id, type) : undefined;
    if (kept) files.push({ name: `series-${files.length}.xml`, content: kept.content, kind: 'catalog', flavor });
  }
  if (keys.flag('apply-acl')) {
    const content = formatXacml(row.id, row.acl);
    files.push({ name: 'series-access.xml', content, kind: 'attachment', flavor: ACCESS });
  }
  return files;
}

const episodeFile = ({ elements }: OperationContext, event: EventRow): NewFile => ({
  name: elements.find(({ flavor }) => flavor === EPISODE)?.file_name ?? 'dublincore.xml',
  content: episodeXml(event),
  kind: 'catalog',
  flavor: EPISODE,
});

/** Writes a file, with the tags of the one whose place it takes. */
async function taken({ folder, take, elements }: OperationContext, file: NewFile): Promise<ElementRow> {
  const { name, content, kind, flavor } = file;
  await writeFile(join(await folder(), name), content);
  const tags = elements.find((one) => one.flavor === flavor)?.tags ?? [];
  return take({ file: name, kind, flavor, tags });
}

/** The event as it is afterwards; undefined: it stays as it is. */
function changedEvent(event: EventRow, row: SeriesRow, keys: Keys): EventRow | undefined {
  const copied = missingTerms(event, row, keys);
  if (copied.length === 0 && event.series === row.id) return undefined;
  return { ...event, series: row.id, terms: [...event.terms, ...copied] };
}

/** Terms of the series that the keys name, and that the event does not have. */
function missingTerms(event: EventRow, row: SeriesRow, keys: Keys): Term[] {
  const usual = keys.text('default-namespace') ?? DCTERMS_NAMESPACE;
  const nameOf = ({ namespace, name }: Term): string => `{${namespace}}${name}`;
  const wanted = new Set(
    keys
      .list('copy-metadata')
      .flatMap((list) => list.split(/\s+/).map((one) => (one.startsWith('{') ? one : `{${usual}}${one}`))),
  );
  const own = new Set(episodeTerms(event).map(nameOf));
  return seriesTerms(row).filter((term) => wanted.has(nameOf(term)) && !own.has(nameOf(term)));
}

/** Writes the change of the event, as it is then. */
async function keepChange(within: Database, id: string, { row, keys }: { row: SeriesRow; keys: Keys }): Promise<void> {
  const event = await lockEvent(within, id);
  const after = event && changedEvent(event, row, keys);
  if (!after) return;
  await writeDescription(within, id, after);
  const change = { series: after.series, terms: after.terms.slice(event.terms.length) };
  await tellAudit(within, undefined, { action: 'update', kind: 'event', object: id, change });
}
