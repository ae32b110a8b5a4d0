import type { FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { formatCatalog } from '@amphi/lib/opencast/dublin-core.ts';
import { emptyMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { ingest } from '../../intake/intake.ts';
import type { Stored } from '../../store/media-store.ts';
import { addElement, elementOf, withElement } from '../../intake/elements.ts';
import { BadRequest } from '../fields.ts';
import { changeEvent } from '../../timetable/schedule.ts';
import { whoOf } from '../access.ts';
import { formOf, formParts, isFile, textOf, type Form, type FormField } from '../form.ts';
import type { Services } from '../services.ts';
import { aclField } from './acl.ts';
import { processingField } from './event-forms.ts';
import { catalogsField, EPISODE } from './metadata.ts';

/** Names of the files of a form, and what they become. */
const FLAVORS: Record<string, string> = {
  presenter: 'presenter/source',
  presentation: 'presentation/source',
  audio: 'presenter-audio/source',
};

/** `curl -F metadata=@metadata.json` sends a text as a file. */
const TEXTS = new Set(['metadata', 'acl', 'processing', 'scheduling']);

interface Film extends Stored {
  temporary: string;
  fileName: string;
  flavor: string;
}

/** A form that may bring films; they lie in the store for as long as `use` takes. Throws BadRequest for a file that is none of them. */
export async function withUpload<T>(
  { store }: Services,
  request: FastifyRequest,
  use: (form: Form, films: readonly Film[]) => Promise<T>,
): Promise<T> {
  const [fields, films]: [FormField[], Film[]] = [[], []];
  try {
    for await (const part of formParts(request)) {
      if (!isFile(part)) fields.push(part);
      else if (TEXTS.has(part.name)) fields.push({ name: part.name, value: await textOf(part.stream) });
      else {
        const flavor = FLAVORS[part.name];
        const received = await store.receive(part.stream);
        films.push({ ...received, fileName: part.fileName, flavor: flavor ?? '' });
        if (!flavor) throw new BadRequest(`${part.name} is no film: ${Object.keys(FLAVORS).join(', ')} are`);
      }
    }
    return await use(formOf(fields), films);
  } finally {
    await Promise.all(films.map(({ temporary }) => store.discard(temporary)));
  }
}

/** Makes an event of what was recorded elsewhere. Gives its id. Throws BadRequest for a form that says too little. */
export async function uploadEvent(
  services: Services,
  request: FastifyRequest,
  form: Form,
  films: readonly Film[],
): Promise<string> {
  const { words, seriesId, createdMs = services.clock.nowMs() } = catalogsField(form.get('metadata') ?? '', EPISODE);
  const { title } = words;
  if (!title) throw new BadRequest('the title is missing in the catalog dublincore/episode');
  const acl = form.get('acl') ? aclField(form.get('acl') ?? '') : undefined;
  const { workflow, workflowConfiguration = {} } = processingField(form.get('processing'));
  const [who, url, id] = [whoOf(request), services.urlFor(request), randomUUID()];
  const lists = { creators: [], contributors: [], subjects: [], publishers: [] };
  const catalog = { ...lists, ...words, title, createdMs, ...(seriesId ? { isPartOf: seriesId } : {}) };
  const xml = await services.store.receive(Readable.from([Buffer.from(formatCatalog(catalog))]));
  let mediaPackage = emptyMediaPackage(id, createdMs);
  const elements = [
    { ...xml, kind: 'catalog' as const, fileName: 'dublincore.xml', flavor: EPISODE.flavor },
    ...films.map((film) => ({ ...film, kind: 'track' as const })),
  ];
  for (const element of elements) {
    const row = await addElement(services, mediaPackage, element, { ...element, tags: [] }, who.name);
    mediaPackage = withElement(mediaPackage, element.kind, elementOf(row, url));
  }
  const parameters = Object.entries(workflowConfiguration).map(([name, value]) => ({ name, value }));
  await ingest(services, { mediaPackage, definition: workflow, instance: undefined, parameters, who, url });
  if (acl) await changeEvent(services, who, id, { acl });
  return id;
}
