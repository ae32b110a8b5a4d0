import { BadRequest } from '../catalogue/bad-request.ts';
import { eventNamed, eventsNamed } from '../catalogue/events.ts';
import { ownersOfEvent } from '../catalogue/owners.ts';
import { mayTouch } from '../identity/permissions.ts';
import type { Who } from '../identity/who.ts';
import { filesOf } from '../catalogue/files.ts';
import type { Database } from '../store/connect.ts';
import type { WorkflowRow } from '../store/tables.ts';
import { namedElements } from './brought.ts';
import { readCatalogs } from './catalogs.ts';
import { repeated } from './content.ts';
import { placeElement, removePlaced, type StoredElement } from './elements.ts';
import { ingestedPackage, type HandOver, type Ingested, type IntakeNeeds } from './hand-over.ts';
import { keepVersion } from './keep-version.ts';
import { probe, type Probed } from './probe.ts';

/**
 * Takes what was brought of a package as a version of its event: the scheduled one, or a new one. Event, series, version, files,
 * state, audit and workflow are written in one transaction: when anything fails there is none of it, and what came with the request
 * is not left in the media folder. The same content once more is the same version, and gives the same workflow: an answer that was
 * lost may be asked for again. Throws BadRequest.
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
    // Catalogs in whose place ours stand, or everything, if somebody else brought the same meanwhile.
    const unused = placed.filter(({ id }) => !files?.some((one) => one.id === id));
    await removePlaced(store, unused);
    placed.length = 0;
    if (files) log.info({ event: eventId, version: workflow.version, workflow: workflow.definition }, 'ingested');
    return await answerOf(database, handOver, workflow);
  } catch (error) {
    await removePlaced(store, placed);
    throw error;
  }
}

/** A package's own id, if an event has it; else the UID that the agent names, if an event has that; else a new event. */
async function eventIdOf(database: Database, { mediaPackage, instance }: HandOver): Promise<string> {
  const wanted = [mediaPackage.id, ...(instance && !/^\d+$/.test(instance) ? [instance] : [])];
  const found = await eventsNamed(database, wanted);
  return wanted.find((id) => found.some((event) => event.id === id)) ?? mediaPackage.id;
}

/** An account that is for one agent brings nothing into the events of another: 403. */
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

/** The workflow, and the media package of the version that it is of. */
async function answerOf(database: Database, { mediaPackage, url }: HandOver, workflow: WorkflowRow): Promise<Ingested> {
  const event = await eventNamed(database, workflow.event);
  if (!event) throw new BadRequest(`the event ${workflow.event} was deleted meanwhile`);
  const files = await filesOf(database, workflow.event, workflow.version);
  return { workflow, mediaPackage: ingestedPackage(mediaPackage, event, files, url) };
}
