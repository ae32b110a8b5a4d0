import { readFile } from 'node:fs/promises';
import { textOfBytes } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { agentParameters } from '../agent-parameters.ts';
import { addEvents, type Scheduled } from '../../../timetable/schedule.ts';
import { formatAgentProperties } from '@amphi/lib/opencast/agent-properties.ts';
import { parseCatalog, type Catalog } from '@amphi/lib/opencast/dublin-core.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { mayActFor } from '../../../identity/permissions.ts';
import type { Who } from '../../../identity/who.ts';
import type { Form } from '../../form.ts';
import { checkPackage } from '../../object-access.ts';
import type { Services } from '../../services.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { elementsBrought, packageIn } from '../../../intake/elements.ts';

/** Answers `/ingest/schedule`: an agent adds an event of its own to the timetable. Throws `BadRequest`. */
export async function scheduleByAgent(
  services: Services,
  form: Form,
  definition: string | undefined,
  who: Who,
): Promise<Scheduled> {
  const { id } = packageIn(form.get('mediaPackage'));
  await checkPackage(services.database, who, id);
  const catalog = await episodeOf(services, id);
  const { temporal, spatial, createdMs, identifier: _identifier, isPartOf, extentMs: _extent, ...words } = catalog;
  if (!temporal) throw new BadRequest('the catalog needs exactly one dcterms:temporal, with start and end');
  if (temporal.endsAtMs <= temporal.startsAtMs) throw new BadRequest('the event must end after it begins');
  if (createdMs !== undefined && Math.floor(createdMs / 1000) !== Math.floor(temporal.startsAtMs / 1000)) {
    throw new BadRequest('dcterms:created must be the start of dcterms:temporal');
  }
  if (!spatial) throw new BadRequest('the catalog needs exactly one dcterms:spatial: the name of the agent');
  if (!mayActFor(who, spatial)) throw new BadRequest('this account is for another agent');
  const others = form.entries.filter(({ name }) => name !== 'mediaPackage' && name !== 'workflowDefinitionId');
  const { inputs, workflow, workflowConfiguration, agentProperties } = agentParameters(
    formatAgentProperties(Object.fromEntries(others.map(({ name, value }) => [name, value]))),
  );
  return addEvents(services, who, [
    {
      id,
      words: { ...words, title: words.title || 'Ad hoc' },
      seriesId: isPartOf,
      slot: { agentId: spatial, ...temporal },
      inputs,
      agentProperties,
      workflowConfiguration,
      workflow: definition ?? form.get('workflowDefinitionId') ?? workflow ?? services.config.workflow,
    },
  ]);
}

async function episodeOf({ database, store }: Services, id: string): Promise<Catalog> {
  const rows = await elementsBrought(database, id, { flavor: 'dublincore/episode' });
  const [row] = rows;
  if (!row || rows.length > 1)
    throw new BadRequest(`the package needs exactly one catalog of dublincore/episode, it has ${rows.length}`);
  try {
    return parseCatalog(textOfBytes(await readFile(store.at(row.path))));
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the catalog of the episode cannot be read: ${error.message}`);
    throw error;
  }
}
