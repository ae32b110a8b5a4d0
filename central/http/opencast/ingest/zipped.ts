import type { FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { emptyMediaPackage, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import type { ElementKind } from '../../../store/tables.ts';
import type { Form } from '../../form.ts';
import { formOf } from '../../form.ts';
import type { Services } from '../../services.ts';
import { receiveForm } from './elements.ts';
import { addElement, BadIngest, elementOf, LISTS, packageIn, withElement } from '../../../intake/elements.ts';
import { openZip, ZipError, type Zip } from '../../../intake/zip.ts';

/** A media package in a ZIP archive, in a form or as the whole body: its files are stored, and the package names them. */
export async function receiveZipped(
  services: Services,
  request: FastifyRequest,
  account: string,
  url: string,
): Promise<{ mediaPackage: MediaPackage; form: Form }> {
  const { store } = services;
  const { form, files } = await receiveArchive(services, request);
  try {
    const [archive] = files;
    if (!archive) throw new BadIngest('there is no archive in the form');
    const zip = await openZip(archive.temporary);
    try {
      return { mediaPackage: await unpack(services, zip, account, url), form };
    } finally {
      await zip.close();
    }
  } catch (error) {
    throw error instanceof ZipError ? new BadIngest(error.message) : error;
  } finally {
    await Promise.all(files.map(({ temporary }) => store.discard(temporary)));
  }
}

async function receiveArchive({ store }: Services, request: FastifyRequest) {
  if (!(request.body instanceof Readable)) return receiveForm(request, store);
  return { form: formOf([]), files: [await store.receive(request.body)] };
}

async function unpack(services: Services, zip: Zip, account: string, url: string): Promise<MediaPackage> {
  const manifest = zip.entries.find(({ name }) => /(^|\/)(manifest|index)\.xml$/i.test(name));
  if (!manifest) throw new BadIngest('there is no manifest.xml in the archive');
  const received = await services.store.receive(manifest.read());
  const text = await services.store.readText(received.temporary);
  await services.store.discard(received.temporary);
  const given = packageIn(text);
  const folder = manifest.name.slice(0, manifest.name.lastIndexOf('/') + 1);
  // Ids of elements are the agent's own: in other packages there are the same.
  let mediaPackage: MediaPackage = { ...given, tracks: [], catalogs: [], attachments: [] };
  for (const kind of Object.keys(LISTS) as ElementKind[]) {
    for (const element of given[LISTS[kind]]) {
      const path = decodeURIComponent((element.url ?? '').replace(/^(file:)?(\.\/)?/, ''));
      const entry = zip.entries.find(({ name }) => name === `${folder}${path}` || name === path);
      if (!entry) throw new BadIngest(`the archive has no file ${path}, which its manifest names`);
      const stored = await services.store.receive(entry.read());
      const { flavor, tags, mimeType } = element;
      const described = { kind, flavor, tags, mimeType, fileName: path };
      const row = await addElement(services, mediaPackage, stored, described, account);
      mediaPackage = withElement(mediaPackage, kind, elementOf(row, url));
    }
  }
  if (mediaPackage.tracks.length === 0) throw new BadIngest('there is no track in the media package');
  return { ...emptyMediaPackage(given.id), ...mediaPackage };
}
