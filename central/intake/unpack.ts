import type { MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { percentDecoded } from '@amphi/lib/runtime/texts/percent.ts';
import { BadRequest } from '../catalogue/bad-request.ts';
import { LISTS } from '../catalogue/files.ts';
import type { MediaStore, Received } from '../store/media-store.ts';
import type { ElementKind } from '../store/tables.ts';
import { packageIn, type ReceivedElement } from './elements.ts';
import { openZip, ZipError, type Zip, type ZipEntry } from './zip.ts';

/** Media package from an archive. */
export interface Unpacked {
  /** Media package without its elements: their ids may occur in other packages, too. */
  mediaPackage: MediaPackage;
  received: ReceivedElement[];
}

/** Unpacks a media package from a ZIP archive; if anything fails, nothing of it is left. Throws BadRequest. */
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
  const room = openRoom(store, zip);
  const written = await room.receive(manifest);
  const text = await textOf(store, written.temporary);
  const given = packageIn(text);
  const folder = manifest.name.slice(0, manifest.name.lastIndexOf('/') + 1);
  for (const kind of Object.keys(LISTS) as ElementKind[]) {
    for (const { url, flavor, tags, mimeType } of given[LISTS[kind]]) {
      const path = (url ?? '').replace(/^(file:)?(\.\/)?/, '');
      const entry = zip.find(`${folder}${path}`) ?? zip.find(path);
      if (!entry) throw new BadRequest(`the archive has no file ${percentDecoded(path)}, which its manifest names`);
      received.push({
        ...(await room.receive(entry)),
        kind,
        flavor,
        tags,
        mimeType,
        fileName: entry.name.slice(entry.name.startsWith(folder) ? folder.length : 0),
      });
    }
  }
  if (!received.some(({ kind }) => kind === 'track')) throw new BadRequest('there is no track in the media package');
  return { ...given, tracks: [], catalogs: [], attachments: [] };
}

/**
 * How many times its own size an archive may unpack to; one with more is refused as an attack: media hardly shrink when
 * packed.
 */
const MOST_GROWTH = 20;
/**
 * Bytes that an archive may unpack to, whatever its size, since catalogs shrink well; beyond this MOST_GROWTH counts.
 */
const ALWAYS_BYTES = 64 << 20;

/** Unpacks files of an archive, within one limit for all of them and as long as there is space on the disk. */
function openRoom(store: MediaStore, zip: Zip): { receive(entry: ZipEntry): Promise<Received> } {
  const most = Math.max(ALWAYS_BYTES, zip.packedBytes * MOST_GROWTH);
  let bytes = 0;
  return {
    async receive(entry) {
      bytes += entry.sizeBytes;
      if (bytes > most) {
        throw new BadRequest(
          `the archive has ${zip.packedBytes} bytes and would unpack to more than ${most}: it is refused`,
        );
      }
      await store.checkRoom(entry.sizeBytes);
      return store.receive(entry.read());
    },
  };
}

async function textOf(store: MediaStore, temporary: string): Promise<string> {
  try {
    return await store.readText(temporary);
  } finally {
    await store.discard(temporary);
  }
}
