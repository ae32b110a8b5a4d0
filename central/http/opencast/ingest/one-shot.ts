import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DCTERMS_NAMESPACE, formatTerms, catalogOf, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { emptyMediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../../../catalogue/bad-request.ts';
import { isGoodId, type ReceivedElement } from '../../../intake/elements.ts';
import type { Received } from '../../../store/media-store.ts';
import { mimeTypeOf } from '../../../store/mime.ts';
import { formOf, formParts, isFile, type FormField } from '../../form.ts';
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

/** `addMediaPackage`: all in one form. A `flavor`, and `tag`s, are of the file or URL that comes after them. Throws BadRequest. */
export async function receiveOneShot(services: Services, request: FastifyRequest): Promise<ReceivedPackage> {
  const received: ReceivedElement[] = [];
  const fields: FormField[] = [];
  try {
    await readParts(services, request, received, fields);
    const form = formOf(fields.filter(({ name }) => !TERMS.has(name) && !OWN.has(name)));
    const terms = fields
      .filter(({ name, value }) => TERMS.has(name) && value.trim() !== '')
      .map(({ name, value }): Term => ({ namespace: DCTERMS_NAMESPACE, name, value: value.trim() }));
    const catalog = formOf(fields).get('episodeDCCatalog') ?? (terms.length > 0 ? formatTerms(terms) : undefined);
    if (catalog === undefined) throw new BadRequest('Rejected ingest without episode metadata');
    if (received.length === 0) throw new BadRequest('Rejected ingest without actual media');
    const id = catalogOf(terms).identifier ?? crypto.randomUUID();
    if (!isGoodId(id)) throw new BadRequest(`${id} is no id of a media package`);
    const written = await services.store.receive(Readable.from([Buffer.from(catalog)]));
    const described = { kind: 'catalog' as const, flavor: 'dublincore/episode', tags: [], fileName: 'dublincore.xml' };
    received.unshift({ ...written, ...described });
    return { mediaPackage: emptyMediaPackage(id, services.clock.nowMs()), received, form };
  } catch (error) {
    await Promise.all(received.map(({ temporary }) => services.store.discard(temporary)));
    throw error;
  }
}

const OWN = new Set(['flavor', 'tag', 'mediaUri', 'episodeDCCatalog', 'seriesDCCatalog', 'acl']);

async function readParts(
  { store, fetcher }: Services,
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
    if (isFile(part)) add(await store.receive(part.stream), part.fileName);
    else if (part.name === 'mediaUri') {
      const fetched = await fetcher.fetch({ url: part.value });
      add(fetched, fetched.fileName);
    } else {
      if (part.name === 'flavor') flavor = flavorIn(part.value);
      if (part.name === 'tag') tags = [...tags, part.value];
      fields.push(part);
    }
  }
}

/** Captions and thumbnails come in the same way. */
const kindOf = (fileName: string): 'attachment' | 'track' =>
  mimeTypeOf(fileName).startsWith('image/') ? 'attachment' : 'track';
