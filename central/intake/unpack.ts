import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { LISTS } from '../catalogue/files.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { ElementKind } from '../store/tables.ts';
import { packageIn, type ReceivedElement } from './elements.ts';
import { openZip, ZipError, type Zip } from './zip.ts';

/** A media package as an archive has it. */
export interface Unpacked {
  /** Without elements: its own ids are in other packages, too. */
  mediaPackage: MediaPackage;
  received: ReceivedElement[];
}

/** Unpacks a media package from a ZIP archive; when anything fails nothing is left of it. Throws BadRequest. */
export async function unpack(store: MediaStore, archive: string): Promise<Unpacked> {
  const received: ReceivedElement[] = [];
  try {
    const zip = await openZip(archive);
    try {
      return { mediaPackage: await unpackInto(store, zip, received), received };
    } finally {
      await zip.close();
    }
  } catch (error) {
    await Promise.all(received.map(({ temporary }) => store.discard(temporary)));
    throw error instanceof ZipError ? new BadRequest(error.message) : error;
  }
}

async function unpackInto(store: MediaStore, zip: Zip, received: ReceivedElement[]): Promise<MediaPackage> {
  const manifest = zip.entries.find(({ name }) => /(^|\/)(manifest|index)\.xml$/i.test(name));
  if (!manifest) throw new BadRequest('there is no manifest.xml in the archive');
  const written = await store.receive(manifest.read());
  const text = await textOf(store, written.temporary);
  const given = packageIn(text);
  const folder = manifest.name.slice(0, manifest.name.lastIndexOf('/') + 1);
  for (const kind of Object.keys(LISTS) as ElementKind[]) {
    for (const { url, flavor, tags, mimeType } of given[LISTS[kind]]) {
      const path = decodeURIComponent((url ?? '').replace(/^(file:)?(\.\/)?/, ''));
      const entry = zip.entries.find(({ name }) => name === `${folder}${path}` || name === path);
      if (!entry) throw new BadRequest(`the archive has no file ${path}, which its manifest names`);
      received.push({ ...(await store.receive(entry.read())), kind, flavor, tags, mimeType, fileName: path });
    }
  }
  if (!received.some(({ kind }) => kind === 'track')) throw new BadRequest('there is no track in the media package');
  return { ...given, tracks: [], catalogs: [], attachments: [] };
}

async function textOf(store: MediaStore, temporary: string): Promise<string> {
  try {
    return await store.readText(temporary);
  } finally {
    await store.discard(temporary);
  }
}
