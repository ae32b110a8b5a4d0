import { BadRequest } from '../catalogue/bad-request.ts';
import { eventNamed, eventsNamed } from '../catalogue/events.ts';
import { ownersOfEvent } from '../catalogue/owners.ts';
import { mayTouch } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import { filesOf } from '../catalogue/files.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowRow } from '../store/workflow-tables.ts';
import { namedElements } from './brought.ts';
import { readCatalogs } from './catalogs.ts';
import { repeated } from './content.ts';
import { placeElement, removePlaced, removeUnnamed, type StoredElement } from './elements.ts';
import { ingestedPackage, type HandOver, type Ingested, type IntakeNeeds } from './hand-over.ts';
import { keepVersion } from './keep-version.ts';
import { probe, type Probed } from '../store/probe.ts';

/**
 * Takes a recording as a version of its event: the scheduled one, or a new one. Event, series, version, files, state,
 * audit and workflow are written in one transaction: if anything fails, none of it is written, and the files of the
 * request are removed from the media folder. The same content again is the same version and gives the same workflow, so
 * that a client may repeat a request whose answer was lost. Throws BadRequest.
 */
export async function ingest(needs: IntakeNeeds, handOver: HandOver): Promise<Ingested> {
  const { database, store, log } = needs;
  const named = await namedElements(needs, handOver);
  const placed: StoredElement[] = [];
  try {
    for (const one of handOver.received ?? []) placed.push(await placeElement(store, handOver.mediaPackage.id, one));
    const brought = [...named, ...placed];
    const eventId = await eventIdOf(database, handOver);
    await checkOwner(database, handOver.who, eventId);
    const known = await repeated(database, eventId, brought);
    if (known) {
      await removePlaced(store, placed);
      return await answerOf(database, handOver, known);
    }
    if (!brought.some(({ kind }) => kind === 'track')) throw new BadRequest('there is no track in the media package');
    const probes = await probeAll(needs, brought);
    const catalogs = await readCatalogs(store, brought);
    const { workflow, files } = await keepVersion(needs, handOver, { eventId, brought, catalogs, probes });
    // Unused files: catalogs that are replaced by ours; or all files, if another request brought the same content
    // meanwhile.
    const unused = placed.filter(({ id }) => !files?.some((one) => one.id === id));
    await removePlaced(store, unused);
    placed.length = 0;
    if (files) log.info({ event: eventId, version: workflow.version, workflow: workflow.definition }, 'ingested');
    return await answerOf(database, handOver, workflow);
  } catch (error) {
    await removeUnnamed(needs, placed);
    throw error;
  }
}

/**
 * Id of the event of a package: the package's own id, if an event has it; else the UID that the agent names, if an
 * event has that; else the package's id, for a new event.
 */
async function eventIdOf(database: Database, { mediaPackage, instance }: HandOver): Promise<string> {
  const wanted = [mediaPackage.id, ...(instance && !/^\d+$/.test(instance) ? [instance] : [])];
  const found = await eventsNamed(database, wanted);
  return wanted.find((id) => found.some((event) => event.id === id)) ?? mediaPackage.id;
}

/** Throws 403 if the account is for one agent and the event belongs to another. */
async function checkOwner(database: Database, who: Who, eventId: string): Promise<void> {
  if (who.agent === null) return;
  const owners = await ownersOfEvent(database, eventId);
  if (!owners || mayTouch(who, owners)) return;
  throw Object.assign(new Error('this event is another agent’s'), { statusCode: 403 });
}

async function probeAll({ store, ffprobe }: IntakeNeeds, rows: readonly StoredElement[]): Promise<Map<string, Probed>> {
  const probes = new Map<string, Probed>();
  for (const { id, kind, path } of rows) {
    if (kind === 'track') probes.set(id, await probe(ffprobe, store.at(path)));
  }
  return probes;
}

/** Answer to an ingest: the workflow, and the media package of its version. */
async function answerOf(database: Database, { mediaPackage, url }: HandOver, workflow: WorkflowRow): Promise<Ingested> {
  const event = await eventNamed(database, workflow.event);
  if (!event) throw new BadRequest(`the event ${workflow.event} was deleted meanwhile`);
  const files = await filesOf(database, workflow.event, workflow.version);
  return { workflow, mediaPackage: ingestedPackage(mediaPackage, event, files, url) };
}
