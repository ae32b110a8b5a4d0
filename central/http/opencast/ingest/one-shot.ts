import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { DCTERMS_NAMESPACE, formatTerms, catalogOf, type Term } from '@amphi/lib/opencast/dublin-core.ts';
import { emptyMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { formOf, formParts, isFile, type Form, type FormField } from '../../form.ts';
import type { Services } from '../../services.ts';
import { mimeTypeOf } from '../../../store/mime.ts';
import type { Stored } from '../../../store/media-store.ts';
import { addElement, BadIngest, elementOf, flavorIn, isGoodId, withElement } from '../../../intake/elements.ts';

const TERMS = new Set(
  (
    'abstract accessRights available contributor coverage created creator date description extent format identifier ' +
    'isPartOf isReferencedBy isReplacedBy language license publisher relation replaces rights rightsHolder source spatial ' +
    'subject temporal title type'
  ).split(' '),
);

interface Media extends Stored {
  temporary: string;
  fileName: string;
  flavor: string;
  tags: string[];
}

/** `addMediaPackage`: all in one form. A `flavor`, and `tag`s, are of the file or URL that comes after them. */
export async function receiveOneShot(
  services: Services,
  request: FastifyRequest,
  account: string,
  url: string,
): Promise<{ mediaPackage: MediaPackage; form: Form }> {
  const media: Media[] = [];
  const fields: FormField[] = [];
  try {
    await readParts(services, request, media, fields);
    const form = formOf(fields.filter(({ name }) => !TERMS.has(name) && !OWN.has(name)));
    const terms = fields
      .filter(({ name, value }) => TERMS.has(name) && value.trim() !== '')
      .map(({ name, value }): Term => ({ namespace: DCTERMS_NAMESPACE, name, value: value.trim() }));
    const catalog = formOf(fields).get('episodeDCCatalog') ?? (terms.length > 0 ? formatTerms(terms) : undefined);
    if (catalog === undefined) throw new BadIngest('Rejected ingest without episode metadata');
    if (media.length === 0) throw new BadIngest('Rejected ingest without actual media');
    const id = catalogOf(terms).identifier ?? crypto.randomUUID();
    if (!isGoodId(id)) throw new BadIngest(`${id} is no id of a media package`);
    const episode = {
      ...(await services.store.receive(Readable.from([Buffer.from(catalog)]))),
      fileName: 'dublincore.xml',
    };
    return { mediaPackage: await assemble(services, id, episode, media, account, url), form };
  } finally {
    await Promise.all(media.map(({ temporary }) => services.store.discard(temporary)));
  }
}

const OWN = new Set(['flavor', 'tag', 'mediaUri', 'episodeDCCatalog', 'seriesDCCatalog', 'acl']);

async function readParts(
  { store, fetcher }: Services,
  request: FastifyRequest,
  media: Media[],
  fields: FormField[],
): Promise<void> {
  let [flavor, tags]: [string | undefined, string[]] = [undefined, []];
  const add = (stored: Stored & { temporary: string; fileName: string }): void => {
    media.push({ ...stored, flavor: flavor ?? 'presenter/source', tags });
    [flavor, tags] = [undefined, []];
  };
  for await (const part of formParts(request)) {
    if (isFile(part)) add({ ...(await store.receive(part.stream)), fileName: part.fileName });
    else if (part.name === 'mediaUri') add(await fetcher.fetch({ url: part.value }));
    else {
      if (part.name === 'flavor') flavor = flavorIn(part.value);
      if (part.name === 'tag') tags = [...tags, part.value];
      fields.push(part);
    }
  }
}

async function assemble(
  services: Services,
  id: string,
  episode: Stored & { temporary: string; fileName: string },
  media: readonly Media[],
  account: string,
  url: string,
): Promise<MediaPackage> {
  let mediaPackage = emptyMediaPackage(id, services.clock.nowMs());
  const all = [
    { ...episode, kind: 'catalog' as const, flavor: 'dublincore/episode', tags: [] },
    ...media.map((one) => ({ ...one, kind: kindOf(one) })),
  ];
  for (const one of all) {
    const row = await addElement(services, mediaPackage, one, one, account);
    mediaPackage = withElement(mediaPackage, one.kind, elementOf(row, url));
  }
  return mediaPackage;
}

/** Captions and thumbnails come in the same way. */
const kindOf = ({ fileName }: Media) =>
  mimeTypeOf(fileName).startsWith('image/') ? ('attachment' as const) : ('track' as const);
