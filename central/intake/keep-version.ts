import { Readable } from 'node:stream';
import { catalogOf, DCTERMS_NAMESPACE, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { formatMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { episodeXml, seriesXml } from '../catalogue/dublin-core.ts';
import { deletedEvent } from '../catalogue/deleted.ts';
import { checkedRow } from '../catalogue/event-rows.ts';
import { lockEvent, writeAccess } from '../catalogue/events.ts';
import { keepState } from '../catalogue/recording-states.ts';
import { insertSeries, seriesNamed } from '../catalogue/series.ts';
import { insertVersion, nextVersion } from '../catalogue/versions.ts';
import { tellAudit } from '../identity/audit.ts';
import type { Database } from '../store/connect.ts';
import { json, type EventRow, type NewEvent, type SeriesRow } from '../store/tables.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import { EPISODE, SERIES, termsIn, type BroughtCatalogs } from './catalogs.ts';
import { contentOf, repeated } from './content.ts';
import { placeElement, removeUnnamed, type StoredElement } from './elements.ts';
import { ingestedPackage, parametersOf, type HandOver, type IntakeNeeds } from './hand-over.ts';
import { probedRow, type Probed } from '../store/probe.ts';

/** Facts about a recording, gathered before anything is written. */
export interface Brought {
  eventId: string;
  brought: readonly StoredElement[];
  catalogs: BroughtCatalogs;
  probes: ReadonlyMap<string, Probed>;
}

/** Result of writing a version. */
export interface Kept {
  workflow: WorkflowRow;
  /** Files of the new version; undefined: another request brought the same content meanwhile. */
  files: readonly StoredElement[] | undefined;
}

/**
 * Writes event, series, version, files, state, audit and workflow in one transaction. Two requests for the same event
 * wait for each other.
 */
export async function keepVersion(needs: IntakeNeeds, handOver: HandOver, brought: Brought): Promise<Kept> {
  const made: StoredElement[] = [];
  try {
    return await needs.database.transaction().execute((within) => keepAll({ needs, within, handOver, brought, made }));
  } catch (error) {
    await removeUnnamed(needs, made);
    throw error;
  }
}

interface Keeping {
  needs: IntakeNeeds;
  within: Database;
  handOver: HandOver;
  brought: Brought;
  /** Catalogs that were written to the media folder: they are removed if the transaction fails. */
  made: StoredElement[];
}

/**
 * Writes everything. The event is locked first, then calendars change through its series: the timetable locks in the
 * same order.
 */
async function keepAll(keeping: Keeping): Promise<Kept> {
  const { within, brought } = keeping;
  const found = (await lockEvent(within, brought.eventId)) ?? (await makeEvent(keeping));
  const known = await repeated(within, found.id, brought.brought);
  if (known) return { workflow: known, files: undefined };
  const event = await withBroughtAccess(keeping, found);
  await makeSeries(keeping);
  const files = await withOwnCatalogs(keeping, event);
  const version = await writeVersion(keeping, event, files);
  return { workflow: await begin(keeping, event, version), files };
}

/**
 * Makes an event that was not scheduled, or was deleted during its recording, from what is known about it and what the
 * agent says.
 */
async function makeEvent({ within, handOver, brought }: Keeping): Promise<EventRow> {
  const { who } = handOver;
  const { eventId: id } = brought;
  const values = await newEventOf(within, handOver, brought);
  const event = await within
    .insertInto('events')
    .values(checkedRow(values))
    .onConflict((at) => at.column('id').doNothing())
    .returningAll()
    .executeTakeFirst();
  if (event) {
    const change = { title: event.title };
    await tellAudit(within, who, { action: 'create', kind: 'event', object: id, change });
    return event;
  }
  // Another request may have made the event while this one waited for the lock.
  const other = await lockEvent(within, id);
  if (!other) throw new BadRequest(`the event ${id} was deleted meanwhile`);
  return other;
}

/**
 * Row of the event: title, hall and so on are those of the deleted event, if there was one; else those that the agent
 * says. It is in no calendar.
 */
async function newEventOf(within: Database, { mediaPackage, acl, who }: HandOver, brought: Brought): Promise<NewEvent> {
  const { eventId: id, catalogs } = brought;
  const terms = catalogs.episode === undefined ? [] : termsIn(catalogs.episode);
  const said = catalogOf(terms);
  const was = await deletedEvent(within, id);
  const title = said.title || mediaPackage.title || brought.brought[0]?.file_name || id;
  return {
    id,
    title: was?.title ?? title,
    series: was?.series ?? said.isPartOf ?? mediaPackage.series ?? null,
    terms: json(was ? [...was.terms, ...hallTerm(was.hall)] : terms),
    acl: json(acl ?? (was?.acl.length ? was.acl : catalogs.acl) ?? []),
    hall: was?.hall ?? said.spatial ?? who.agent,
    ...(was ? { workflow: was.workflow, workflow_configuration: json(was.workflow_configuration) } : {}),
  };
}

/** Hall of an event as a term, since the event is not in the timetable of a hall any more. */
const hallTerm = (hall: string | null): Term[] =>
  hall === null ? [] : [{ namespace: DCTERMS_NAMESPACE, name: 'spatial', value: hall }];

/** Gives an event without an access list the one that came with the recording; an existing list has priority. */
async function withBroughtAccess({ within, handOver, brought }: Keeping, event: EventRow): Promise<EventRow> {
  const acl = handOver.acl ?? brought.catalogs.acl;
  if (!acl || event.acl.length > 0) return event;
  await writeAccess(within, event.id, acl);
  return { ...event, acl };
}

/** Makes series that are not known from the catalogs that came; known series stay as they are. */
async function makeSeries({ within, handOver, brought }: Keeping): Promise<void> {
  for (const series of brought.catalogs.series) {
    if (await seriesNamed(within, series.id)) continue;
    await insertSeries(within, [series]);
    const change = { title: series.title };
    await tellAudit(within, handOver.who, { action: 'create', kind: 'series', object: series.id, change });
  }
}

/**
 * Files of the version. The catalog of the event is written by this server, so that changes made during the lecture are
 * not lost; so is that of a series that is known.
 */
async function withOwnCatalogs(keeping: Keeping, event: EventRow): Promise<StoredElement[]> {
  const { needs, within, handOver, brought, made } = keeping;
  const series = event.series ? await seriesNamed(within, event.series) : undefined;
  for (const { flavor, fileName, text } of catalogsOf(event, series)) {
    const received = await needs.store.receive(Readable.from([Buffer.from(text)]));
    const element = { ...received, kind: 'catalog' as const, flavor, tags: [], fileName };
    made.push(await placeElement(needs.store, handOver.mediaPackage.id, element));
  }
  const isOurs = (flavor: string): boolean => made.some((one) => one.flavor === flavor);
  return [...brought.brought.filter(({ flavor }) => !isOurs(flavor)), ...made];
}

const catalogsOf = (event: EventRow, series: SeriesRow | undefined) => [
  { flavor: EPISODE, fileName: 'dublincore.xml', text: episodeXml(event) },
  ...(series ? [{ flavor: SERIES, fileName: 'series.xml', text: seriesXml(series) }] : []),
];

/** Writes the version. Gives its number. */
async function writeVersion(
  { needs, within, handOver, brought }: Keeping,
  event: EventRow,
  files: readonly StoredElement[],
): Promise<number> {
  const { mediaPackage, who } = handOver;
  const version = await nextVersion(within, event.id);
  const row = {
    event: event.id,
    version,
    package: mediaPackage.id,
    account: who.name,
    agent: who.agent ?? event.agent,
    content: contentOf(brought.brought),
    // URLs in the kept manifest do not name this server: each reader gets the package with URLs that fit the request.
    manifest: formatMediaPackage(ingestedPackage(mediaPackage, event, files, '')),
  };
  const probed = files.map((one) => ({ ...one, ...probedRow(brought.probes.get(one.id)) }));
  await insertVersion(within, row, probed);
  const ids = files.map(({ id }) => id);
  await within.deleteFrom('package_elements').where('id', 'in', ids).execute();
  await keepState(within, event.id, 'upload_finished', needs.clock.nowMs(), who.agent);
  const tracks = files.filter(({ kind }) => kind === 'track').map(({ file_name: name }) => name);
  const change = { version, tracks };
  await tellAudit(within, who, { action: 'ingest', kind: 'event', object: event.id, change });
  return version;
}

/** Begins the workflow of the version, with its parameters. */
const begin = ({ needs, within, handOver }: Keeping, event: EventRow, version: number): Promise<WorkflowRow> =>
  needs.workflows.begin(within, {
    event: event.id,
    version,
    definition: handOver.definition || event.workflow || needs.config.workflow,
    configuration: { ...event.workflow_configuration, ...parametersOf(handOver.parameters) },
  });
