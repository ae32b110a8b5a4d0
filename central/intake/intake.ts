import { createHash } from 'node:crypto';
import { sql } from 'kysely';
import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { WORKFLOW_CONFIGURATION } from '@amphi/lib/opencast/agent-properties.ts';
import { catalogOf, parseTerms, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { formatMediaPackage, type MediaPackage, type PackageElement } from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import type { Who } from '../identity/accounts.ts';
import type { Database } from '../store/connect.ts';
import { json, type ElementKind, type EventRow, type WorkflowRow } from '../store/tables.ts';
import { episodeXml, seriesXml } from '../catalogue/dublin-core.ts';
import { seriesNamed, storeSeries } from '../http/opencast/series-routes.ts';
import type { FormField } from '../http/form.ts';
import type { Services } from '../http/services.ts';
import { addElement, BadIngest, elementOf, LISTS, type ElementRow } from './elements.ts';
import { probe, type Probed } from './probe.ts';

/** What an agent says when it has brought everything. */
export interface Handover {
  mediaPackage: MediaPackage;
  /** Of the form, or of the path. */
  definition: string | undefined;
  /** UID of the event that the package is of, where its own id is another. */
  instance: string | undefined;
  /** More fields: parameters of the workflow. */
  parameters: readonly FormField[];
  who: Who;
  /** Where this server is, for the URLs of files. */
  url: string;
}

export interface Ingested {
  workflow: WorkflowRow;
  mediaPackage: MediaPackage;
}

const EPISODE = 'dublincore/episode';
const SERIES = 'dublincore/series';

/**
 * Takes what was brought of a package as a version of its event: the scheduled one, or a new one. The same content once more
 * is the same version, and gives the same workflow: an answer that was lost may be asked for again. Throws `BadIngest`.
 */
export async function ingest(services: Services, handover: Handover): Promise<Ingested> {
  const rows = await elementsOf(services, handover);
  const eventId = await eventIdOf(services.database, handover);
  const known = await repeated(services.database, eventId, rows);
  if (known) return { workflow: known, mediaPackage: await asStored(services, handover, known) };
  if (!rows.some(({ kind }) => kind === 'track')) throw new BadIngest('there is no track in the media package');
  const probes = await probeAll(services, rows);
  const all = await withOwnCatalogs(services, handover, eventId, rows);
  const workflow = await services.database
    .transaction()
    .execute((within) => keepVersion(services, within, handover, eventId, all, rows, probes));
  services.log.info({ event: eventId, version: workflow.version, workflow: workflow.definition }, 'ingested');
  return { workflow, mediaPackage: await asStored(services, handover, workflow) };
}

/** The files that the package names, as they are stored; what is elsewhere is fetched. */
async function elementsOf(services: Services, { mediaPackage, who }: Handover): Promise<ElementRow[]> {
  const { database, fetcher } = services;
  const named = (Object.keys(LISTS) as ElementKind[]).flatMap((kind) =>
    mediaPackage[LISTS[kind]].map((element) => ({ kind, element })),
  );
  if (named.length === 0) return [];
  const ids = named.map(({ element }) => element.id);
  const brought = await database
    .selectFrom('package_elements')
    .selectAll()
    .where('package', '=', mediaPackage.id)
    .where('id', 'in', ids)
    .execute();
  const stored = await storedOf(database, mediaPackage.id, ids);
  const rows: ElementRow[] = [];
  for (const { kind, element } of named) {
    const row = brought.find(({ id }) => id === element.id) ?? stored.find(({ id }) => id === element.id);
    if (row) rows.push(row);
    else rows.push(await fetchElement(services, fetcher, mediaPackage, kind, element, who));
  }
  return rows;
}

/** Files of earlier versions: an agent that asks again names them once more. */
async function storedOf(database: Database, mediaPackage: string, ids: readonly string[]): Promise<ElementRow[]> {
  const rows = await database
    .selectFrom('files')
    .innerJoin('event_versions', (on) =>
      on.onRef('files.event', '=', 'event_versions.event').onRef('files.version', '=', 'event_versions.version'),
    )
    .selectAll('files')
    .select(['event_versions.package', 'event_versions.ingested_at as created_at'])
    .where('event_versions.package', '=', mediaPackage)
    .where('id', 'in', ids)
    .execute();
  return rows;
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

async function fetchElement(
  services: Services,
  fetcher: Services['fetcher'],
  mediaPackage: MediaPackage,
  kind: ElementKind,
  element: PackageElement,
  who: Who,
): Promise<ElementRow> {
  const { url, sizeBytes, checksum, flavor, tags } = element;
  if (url === undefined || !/^https?:/i.test(url) || /\/files\/mediapackage\//.test(url)) {
    throw new BadIngest('Could not retrieve all media package elements: one of them was never brought here');
  }
  const got = await fetcher.fetch({ url, sizeBytes, checksum });
  // Asked for once more, it is known by its id, and not fetched again.
  const id = UUID.test(element.id) ? element.id : undefined;
  const described = { id, kind, flavor, tags, fileName: got.fileName, mimeType: element.mimeType };
  return addElement(services, mediaPackage, got, described, who.name);
}

/** A package's own id, if an event has it; else the UID that the agent names, if an event has that; else a new event. */
async function eventIdOf(database: Database, { mediaPackage, instance }: Handover): Promise<string> {
  const wanted = [mediaPackage.id, ...(instance && !/^\d+$/.test(instance) ? [instance] : [])];
  const found = await database.selectFrom('events').select('id').where('id', 'in', wanted).execute();
  return wanted.find((id) => found.some((event) => event.id === id)) ?? mediaPackage.id;
}

/** Says what the files are, whatever their ids. */
const contentOf = (rows: readonly ElementRow[]): string => {
  const lines = rows.map(({ kind, flavor, md5, size_bytes: bytes, file_name: name }) =>
    [kind, flavor, md5, bytes, name].join(' '),
  );
  return createHash('sha256').update(lines.toSorted().join('\n')).digest('hex');
};

/** The workflow that began when this content came the first time, if it is still the newest. */
async function repeated(
  database: Database,
  event: string,
  rows: readonly ElementRow[],
): Promise<WorkflowRow | undefined> {
  const newest = await database
    .selectFrom('event_versions')
    .selectAll()
    .where('event', '=', event)
    .orderBy('version', 'desc')
    .executeTakeFirst();
  if (newest?.content !== contentOf(rows)) return undefined;
  return database
    .selectFrom('workflows')
    .selectAll()
    .where('event', '=', event)
    .where('version', '=', newest.version)
    .orderBy('id')
    .executeTakeFirst();
}

async function probeAll({ store, ffprobe }: Services, rows: readonly ElementRow[]): Promise<Map<string, Probed>> {
  const probes = new Map<string, Probed>();
  for (const { id, kind, path } of rows) {
    if (kind === 'track') probes.set(id, await probe(ffprobe, store.at(path)));
  }
  return probes;
}

/**
 * Of an event that was scheduled here the catalogs are ours: what was changed during the lecture is not lost. Of one that was
 * not, the agent's catalogs say what it is, and series that are not known are made.
 */
async function withOwnCatalogs(
  services: Services,
  handover: Handover,
  eventId: string,
  rows: readonly ElementRow[],
): Promise<ElementRow[]> {
  const { database, store } = services;
  await makeSeries(services, rows);
  const event =
    (await database.selectFrom('events').selectAll().where('id', '=', eventId).executeTakeFirst()) ??
    (await makeEvent(services, handover, eventId, rows));
  const series = event.series ? await seriesNamed(database, event.series) : undefined;
  const others = rows.filter(({ flavor }) => flavor !== EPISODE && !(series && flavor === SERIES));
  const ours = [
    { flavor: EPISODE, fileName: 'dublincore.xml', text: episodeXml(event) },
    ...(series ? [{ flavor: SERIES, fileName: 'series.xml', text: seriesXml(series) }] : []),
  ];
  const made: ElementRow[] = [];
  for (const { flavor, fileName, text } of ours) {
    const received = await store.receive(Readable.from([Buffer.from(text)]));
    const described = { kind: 'catalog' as const, flavor, tags: [], fileName };
    made.push(await addElement(services, handover.mediaPackage, received, described, handover.who.name));
  }
  return [...others, ...made];
}

async function makeSeries({ database, store }: Services, rows: readonly ElementRow[]): Promise<void> {
  for (const { path } of rows.filter(({ flavor }) => flavor === SERIES)) {
    const terms = termsIn(await readFile(store.at(path), 'utf8'));
    const { identifier, title } = catalogOf(terms);
    if (!identifier || !title || (await seriesNamed(database, identifier))) continue;
    await storeSeries(database, { id: identifier, title, terms, acl: [] });
  }
}

/** An event that nobody scheduled: what the agent says of it. */
async function makeEvent(
  { database, store, audit }: Services,
  { mediaPackage, who }: Handover,
  id: string,
  rows: readonly ElementRow[],
): Promise<EventRow> {
  const episode = rows.find(({ flavor }) => flavor === EPISODE);
  const terms = episode ? termsIn(await readFile(store.at(episode.path), 'utf8')) : [];
  const { title, isPartOf } = catalogOf(terms);
  const values = {
    id,
    title: title || mediaPackage.title || rows[0]?.file_name || id,
    terms: json(terms),
    series: isPartOf ?? mediaPackage.series ?? null,
  };
  await audit.tell(who, { action: 'create', kind: 'event', object: id, change: { title: values.title } });
  return database
    .insertInto('events')
    .values(values)
    .onConflict((at) => at.column('id').doUpdateSet({ modified_at: new Date() }))
    .returningAll()
    .executeTakeFirstOrThrow();
}

function termsIn(text: string): Term[] {
  try {
    return parseTerms(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadIngest(`the catalog of the episode cannot be read: ${error.message}`);
    throw error;
  }
}

/** Writes the version, its files and its workflow, all or nothing; two who bring the same event wait for each other. */
async function keepVersion(
  services: Services,
  within: Database,
  handover: Handover,
  event: string,
  rows: readonly ElementRow[],
  brought: readonly ElementRow[],
  probes: ReadonlyMap<string, Probed>,
): Promise<WorkflowRow> {
  const { mediaPackage, who } = handover;
  const row = await within.selectFrom('events').selectAll().where('id', '=', event).forUpdate().executeTakeFirst();
  if (!row) throw new BadIngest(`the event ${event} was deleted meanwhile`);
  const known = await repeated(within, event, brought);
  if (known) return known;
  const { newest } = await within
    .selectFrom('event_versions')
    .select((of) => of.fn.coalesce(of.fn.max('version'), sql<number>`0`).as('newest'))
    .where('event', '=', event)
    .executeTakeFirstOrThrow();
  const version = newest + 1;
  const manifest = formatMediaPackage(packageOf(mediaPackage, row, rows, handover.url));
  const said = { event, version, package: mediaPackage.id, account: who.name, agent: who.agent ?? row.agent };
  await within
    .insertInto('event_versions')
    .values({ ...said, content: contentOf(brought), manifest })
    .execute();
  await within
    .insertInto('files')
    .values(rows.map((one) => fileOf(one, event, version, probes.get(one.id))))
    .execute();
  await within
    .deleteFrom('package_elements')
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
  await within
    .updateTable('events')
    .set({ recording_state: 'upload_finished', recording_state_at: new Date(services.clock.nowMs()) })
    .where('id', '=', event)
    .execute();
  const change = { version, tracks: rows.filter(({ kind }) => kind === 'track').map(({ file_name: name }) => name) };
  await services.audit.tell(who, { action: 'ingest', kind: 'event', object: event, change }, within);
  return handOver(services, within, handover, row, version);
}

function fileOf(row: ElementRow, event: string, version: number, probed: Probed | undefined) {
  const { package: _package, created_at: _created, ...file } = row;
  const seen = probed && 'streams' in probed ? probed : undefined;
  return {
    ...file,
    event,
    version,
    ...(seen ? { streams: json(seen.streams), duration_ms: seen.durationMs } : {}),
    ...(probed && 'problem' in probed ? { problem: probed.problem } : {}),
  };
}

/** The door to what comes after: a named workflow, with its parameters, and a notice to whoever runs workflows. */
async function handOver(
  { config }: Services,
  within: Database,
  { definition, parameters }: Handover,
  event: EventRow,
  version: number,
): Promise<WorkflowRow> {
  const told = parameters.map(({ name, value }) => [name.replace(WORKFLOW_CONFIGURATION, ''), value] as const);
  const workflow = await within
    .insertInto('workflows')
    .values({
      event: event.id,
      version,
      definition: definition || event.workflow || config.workflow,
      configuration: json({ ...event.workflow_configuration, ...Object.fromEntries(told) }),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`select pg_notify('amphi_workflow', ${String(workflow.id)})`.execute(within);
  return workflow;
}

const packageOf = (given: MediaPackage, event: EventRow, rows: readonly ElementRow[], url: string): MediaPackage => {
  const of = (kind: ElementKind) => rows.filter((row) => row.kind === kind).map((row) => elementOf(row, url));
  return {
    ...given,
    id: event.id,
    title: event.title,
    tracks: of('track'),
    catalogs: of('catalog'),
    attachments: of('attachment'),
    ...(event.series ? { series: event.series } : {}),
  };
};

/** The media package of the version that a workflow is of. */
async function asStored(
  { database }: Services,
  { mediaPackage, url }: Handover,
  { event, version }: WorkflowRow,
): Promise<MediaPackage> {
  const row = await database.selectFrom('events').selectAll().where('id', '=', event).executeTakeFirstOrThrow();
  const { package: id } = await database
    .selectFrom('event_versions')
    .select('package')
    .where('event', '=', event)
    .where('version', '=', version)
    .executeTakeFirstOrThrow();
  const files = await database
    .selectFrom('files')
    .selectAll()
    .where('event', '=', event)
    .where('version', '=', version)
    .execute();
  const rows = files.map((file) => ({ ...file, package: id, created_at: row.created_at }));
  return packageOf(mediaPackage, row, rows, url);
}
