import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { formatCatalog } from '@amphi/lib/opencast/dublin-core.ts';
import { emptyMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { ReceivedElement } from '../../intake/elements.ts';
import { ingest } from '../../intake/ingest.ts';
import { BadRequest } from '../../catalogue/bad-request.ts';
import { whoOf } from '../http-access.ts';
import { formOf, formParts, isFile, textField, type Form, type FormField } from '../form.ts';
import type { Services } from '../services.ts';
import { aclField } from './acl.ts';
import { processingField } from './event-forms.ts';
import { catalogsField, EPISODE, momentOf } from './metadata.ts';

/** Flavors of the files of a form, by the names of their fields. */
const FLAVORS: ReadonlyMap<string, string> = new Map([
  ['presenter', 'presenter/source'],
  ['presentation', 'presentation/source'],
  ['audio', 'presenter-audio/source'],
]);

/** Fields that are texts even if they are sent as files, as by `curl -F metadata=@metadata.json`. */
const TEXTS = new Set(['metadata', 'acl', 'processing', 'scheduling']);

/**
 * Reads a form that may hold media; its files stay in the store while `use` runs. Throws BadRequest for a file in an
 * unknown field.
 */
export async function withUpload<T>(
  { store }: Services,
  request: FastifyRequest,
  use: (form: Form, films: readonly ReceivedElement[]) => Promise<T>,
): Promise<T> {
  const [fields, films]: [FormField[], ReceivedElement[]] = [[], []];
  try {
    for await (const part of formParts(request)) {
      if (!isFile(part)) fields.push(part);
      else if (TEXTS.has(part.name)) fields.push(await textField(request, part));
      else {
        const flavor = FLAVORS.get(part.name);
        const received = await store.receive(part.stream);
        films.push({ ...received, kind: 'track', tags: [], fileName: part.fileName, flavor: flavor ?? '' });
        if (!flavor) throw new BadRequest(`${part.name} is no film: ${[...FLAVORS.keys()].join(', ')} are`);
      }
    }
    return await use(formOf(fields), films);
  } finally {
    await Promise.all(films.map(({ temporary }) => store.discard(temporary)));
  }
}

/**
 * Makes an event from a recording that was made elsewhere. Gives its id. Throws BadRequest for a form without a field
 * that is needed.
 */
export async function uploadEvent(
  services: Services,
  request: FastifyRequest,
  form: Form,
  films: readonly ReceivedElement[],
): Promise<string> {
  const { words, seriesId, recorded } = catalogsField(form.get('metadata') ?? '', EPISODE);
  const createdMs = momentOf(recorded?.date, recorded?.time) ?? services.clock.nowMs();
  const { title } = words;
  if (!title) throw new BadRequest('the title is missing in the catalog dublincore/episode');
  const acl = form.get('acl') ? aclField(form.get('acl') ?? '') : undefined;
  const { workflow, workflowConfiguration = {} } = processingField(form.get('processing'));
  const [who, url, id] = [whoOf(request), services.urlFor(request), randomUUID()];
  const lists = { creators: [], contributors: [], subjects: [], publishers: [] };
  const catalog = { ...lists, ...words, title, createdMs, ...(seriesId ? { isPartOf: seriesId } : {}) };
  const xml = await services.store.receive(Readable.from([Buffer.from(formatCatalog(catalog))]));
  const said = { kind: 'catalog' as const, flavor: EPISODE.flavor, tags: [], fileName: 'dublincore.xml' };
  const received = [{ ...xml, ...said }, ...films];
  try {
    const parameters = Object.entries(workflowConfiguration).map(([name, value]) => ({ name, value }));
    const mediaPackage = emptyMediaPackage(id, createdMs);
    const handOver = { mediaPackage, received, definition: workflow, instance: undefined, parameters, acl, who, url };
    await ingest(services, handOver);
    return id;
  } finally {
    await services.store.discard(xml.temporary);
  }
}
