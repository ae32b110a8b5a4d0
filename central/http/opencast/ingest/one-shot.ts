import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { declaredUtf8 } from '@amphi/lib/runtime/texts/bytes-text.ts';
import { DCTERMS_NAMESPACE, formatTerms, catalogOf, parseTerms, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { emptyMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { XmlError } from '@amphi/lib/opencast/xml/xml.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { bring, bringText } from '../../../intake/bring.ts';
import { isGoodId, type ReceivedElement } from '../../../intake/elements.ts';
import type { Received } from '../../../store/media-store.ts';
import { mimeTypeOf } from '../../../store/mime.ts';
import { formOf, formParts, isFile, type FormField } from '../../form.ts';
import { accessListIn } from '../../fields.ts';
import { whoOf } from '../../http-access.ts';
import type { Services } from '../../services.ts';
import { flavorIn } from './ingest-fields.ts';
import type { ReceivedPackage } from './received-package.ts';

const TERMS = new Set(
  (
    'abstract accessRights available contributor coverage created creator date description extent format identifier ' +
    'isPartOf isReferencedBy isReplacedBy language license publisher relation replaces rights rightsHolder source spatial ' +
    'subject temporal title type'
  ).split(' '),
);

/**
 * Reads `addMediaPackage`: a whole recording in one form. A `flavor`, and each `tag`, belong to the file or URL after
 * them. Throws BadRequest.
 */
export async function receiveOneShot(services: Services, request: FastifyRequest): Promise<ReceivedPackage> {
  const received: ReceivedElement[] = [];
  const fields: FormField[] = [];
  try {
    await readParts(services, request, received, fields);
    const form = formOf(fields.filter(({ name }) => !TERMS.has(name) && !OWN.has(name)));
    const terms = fields
      .filter(({ name, value }) => TERMS.has(name) && value.trim() !== '')
      .map(({ name, value }): Term => ({ namespace: DCTERMS_NAMESPACE, name, value: value.trim() }));
    const catalog = (await catalogIn(services, request, fields, 'episodeDCCatalog')) ?? catalogOfTerms(terms);
    const seriesCatalog = await catalogIn(services, request, fields, 'seriesDCCatalog');
    const list = formOf(fields).get('acl')?.trim();
    const acl = list ? accessListIn(list) : undefined;
    if (catalog === undefined) throw new BadRequest('Rejected ingest without episode metadata');
    if (received.length === 0) throw new BadRequest('Rejected ingest without actual media');
    const id = catalogOf(terms).identifier ?? crypto.randomUUID();
    checkCatalog(catalog);
    if (!isGoodId(id)) throw new BadRequest(`${id} is no id of a media package`);
    if (seriesCatalog !== undefined) {
      checkCatalog(seriesCatalog);
      received.unshift(await asElement(services, seriesCatalog, 'dublincore/series', 'series.xml'));
    }
    received.unshift(await asElement(services, catalog, 'dublincore/episode', 'dublincore.xml'));
    return { mediaPackage: emptyMediaPackage(id, services.clock.nowMs()), received, form, acl };
  } catch (error) {
    await Promise.all(received.map(({ temporary }) => services.store.discard(temporary)));
    throw error;
  }
}

const OWN = new Set(
  'flavor tag mediaUri episodeDCCatalog seriesDCCatalog episodeDCCatalogUri seriesDCCatalogUri acl'.split(' '),
);

const catalogOfTerms = (terms: readonly Term[]): string | undefined =>
  terms.length > 0 ? formatTerms(terms) : undefined;

/** Catalog of the form: the text of a field, or the text at the URL in the field of the same name with `Uri`. */
async function catalogIn(
  services: Services,
  request: FastifyRequest,
  fields: readonly FormField[],
  name: string,
): Promise<string | undefined> {
  const form = formOf(fields);
  const uri = form.get(`${name}Uri`)?.trim();
  if (form.get(name) || !uri) return form.get(name);
  return bringText(services, { who: whoOf(request), url: services.urlFor(request) }, uri);
}

/** Throws BadRequest for a catalog that cannot be read. */
function checkCatalog(text: string): void {
  try {
    parseTerms(text);
  } catch (error) {
    if (error instanceof XmlError) throw new BadRequest(`the catalog cannot be read: ${error.message}`);
    throw error;
  }
}

async function asElement(
  { store }: Services,
  text: string,
  flavor: string,
  fileName: string,
): Promise<ReceivedElement> {
  const written = await store.receive(Readable.from([Buffer.from(declaredUtf8(text))]));
  return { ...written, kind: 'catalog', flavor, tags: [], fileName };
}

async function readParts(
  services: Services,
  request: FastifyRequest,
  received: ReceivedElement[],
  fields: FormField[],
): Promise<void> {
  let [flavor, tags]: [string | undefined, string[]] = [undefined, []];
  const add = ({ temporary, sizeBytes, md5 }: Received, fileName: string): void => {
    const said = { flavor: flavor ?? 'presenter/source', tags, kind: kindOf(fileName), fileName };
    received.push({ temporary, sizeBytes, md5, ...said });
    [flavor, tags] = [undefined, []];
  };
  for await (const part of formParts(request)) {
    if (isFile(part)) add(await services.store.receive(part.stream), part.fileName);
    else if (part.name === 'mediaUri') {
      const asker = { who: whoOf(request), url: services.urlFor(request) };
      const fetched = await bring(services, asker, { url: part.value });
      add(fetched, fetched.fileName);
    } else {
      if (part.name === 'flavor') flavor = flavorIn(part.value);
      if (part.name === 'tag') tags = [...tags, part.value];
      fields.push(part);
    }
  }
}

/** Kind of a file in the form: captions and thumbnails are sent in the same fields as tracks. */
const kindOf = (fileName: string): 'attachment' | 'track' =>
  mimeTypeOf(fileName).startsWith('image/') ? 'attachment' : 'track';
