import type { FastifyReply, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { declaredUtf8 } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { formatMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { parseXml } from '@amphi/lib/opencast/xml/xml-read.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { elementOf, LISTS } from '../../../catalogue/files.ts';
import { bring } from '../../../intake/bring.ts';
import { addElement, packageIn, type ReceivedElement } from '../../../intake/elements.ts';
import type { MediaStore, Received } from '../../../store/media-store.ts';
import type { ElementKind } from '../../../store/tables.ts';
import { whoOf } from '../../http-access.ts';
import { formOf, formParts, isFile, textField, type Form, type FormField, type FormFile } from '../../form.ts';
import { checkPackage } from '../../object-access.ts';
import { XML } from '../../media-types.ts';
import type { Services } from '../../services.ts';
import { flavorIn, offsetIn, tagsIn } from './ingest-fields.ts';

/** Form with files: its fields, and each file as it was received. */
export interface ReceivedForm {
  form: Form;
  files: (Received & { name: string; fileName: string; mimeType: string })[];
}

/** Reads a form; its files go directly to the disk. If anything fails, nothing of it is left. */
export async function receiveForm(request: FastifyRequest, store: MediaStore): Promise<ReceivedForm> {
  const fields: FormField[] = [];
  const files: ReceivedForm['files'] = [];
  try {
    for await (const part of formParts(request)) {
      if (!isFile(part)) fields.push(part);
      else if (isText(part)) fields.push(await textField(request, part));
      else {
        const { name, fileName, mimeType } = part;
        files.push({ ...(await store.receive(part.stream)), name, fileName, mimeType });
      }
    }
    return { form: formOf(fields), files };
  } catch (error) {
    await Promise.all(files.map(({ temporary }) => store.discard(temporary)));
    throw error;
  }
}

/** Fields that are texts, though some agents send them as files. */
const TEXTS = new Set([
  'mediaPackage',
  'flavor',
  'tags',
  'dublinCore',
  'url',
  'startTime',
  'workflowDefinitionId',
  'workflowInstanceId',
]);
const isText = ({ name }: FormFile): boolean => TEXTS.has(name);

/**
 * Answers `addTrack` and similar requests: with a file in the form, or a URL from which it is fetched. The answer is
 * the package with the new element.
 */
export async function addByForm(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  kind: ElementKind,
): Promise<FastifyReply> {
  const received = await receiveForm(request, services.store);
  const { form, files } = received;
  try {
    const mediaPackage = packageIn(form.get('mediaPackage'));
    await checkPackage(services.database, whoOf(request), mediaPackage.id);
    const startMs = form.get('startTime');
    const described = {
      kind,
      flavor: flavorIn(form.get('flavor')),
      tags: tagsIn(form.get('tags')),
      ...(startMs === undefined || startMs.trim() === '' ? {} : { startMs: offsetIn(startMs) }),
    };
    const file = files[0] ?? (await fetched(services, request, form));
    if (files.length === 0) files.push(file);
    if (file.sizeBytes === 0) throw new BadRequest(`the file ${file.fileName} is empty`);
    if (kind === 'catalog') await checkCatalog(services.store, file);
    const { temporary, sizeBytes, md5, fileName, mimeType } = file;
    return await answerWith(services, request, reply, mediaPackage, {
      ...described,
      temporary,
      sizeBytes,
      md5,
      fileName,
      mimeType,
    });
  } finally {
    // Discards files that were not kept; those that were kept have another path now.
    await Promise.all(files.map(({ temporary }) => services.store.discard(temporary)));
  }
}

async function fetched(
  services: Services,
  request: FastifyRequest,
  form: Form,
): Promise<ReceivedForm['files'][number]> {
  const url = form.get('url');
  if (url === undefined) throw new BadRequest('there is neither a file nor a url in the form');
  const got = await bring(services, { who: whoOf(request), url: services.urlFor(request) }, { url });
  return { ...got, name: 'url', mimeType: 'application/octet-stream' };
}

/** Keeps a file of a package, and answers with the package that names it. */
async function answerWith(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  mediaPackage: MediaPackage,
  received: ReceivedElement,
): Promise<FastifyReply> {
  const row = await addElement(services, mediaPackage.id, received, whoOf(request).name);
  const list = LISTS[received.kind];
  const added = { ...mediaPackage, [list]: [...mediaPackage[list], elementOf(row, services.urlFor(request))] };
  return reply.type(XML).send(formatMediaPackage(added));
}

/** Answers `addDCCatalog`: a catalog as a text. */
export async function addDublinCore(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { form, files } = await receiveForm(request, services.store);
  await Promise.all(files.map(({ temporary }) => services.store.discard(temporary)));
  const mediaPackage = packageIn(form.get('mediaPackage'));
  await checkPackage(services.database, whoOf(request), mediaPackage.id);
  const flavor = flavorIn(form.get('flavor') ?? 'dublincore/episode');
  const text = catalogText(form.get('dublinCore') ?? '');
  if (text === '') throw new BadRequest('the field dublinCore is missing');
  checkXml(text);
  const stored = await services.store.receive(Readable.from([Buffer.from(declaredUtf8(text))]));
  return answerWith(services, request, reply, mediaPackage, {
    ...stored,
    kind: 'catalog',
    flavor,
    tags: tagsIn(form.get('tags')),
    fileName: 'dublincore.xml',
  });
}

/** Catalog without percent encoding, which recorders in browsers use even in multipart forms. */
const catalogText = (text: string): string =>
  (/^\s*%3C/i.test(text) ? percentDecoded(text.replaceAll('+', ' ')) : text).trim();

function checkXml(text: string): void {
  try {
    parseXml(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the catalog cannot be read: ${error.message}`);
    throw error;
  }
}

/** Throws if a catalog is neither XML nor JSON, which some devices send and which is not checked. */
async function checkCatalog(store: MediaStore, { temporary }: { temporary: string }): Promise<void> {
  const text = (await store.readText(temporary)).replace(/^\ufeff/, '').trim();
  if (!/^[[{]/.test(text)) checkXml(text);
}
