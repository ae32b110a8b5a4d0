import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  emptyMediaPackage,
  formatMediaPackage,
  type MediaPackage,
  type PackageElement,
} from '@amphi/lib/opencast/media-package.ts';
import { ZipFile } from 'yazl';
import { eventNamed } from '../../../../catalogue/events.ts';
import { elementsOf } from '../../../../catalogue/files.ts';
import { packageOf } from '../../../../catalogue/media-package.ts';
import { isFull, NoRoom, safeFileName } from '../../../../store/media-store.ts';
import { pathsOf } from '../../media/commands/paths-of.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { selectedBy } from '../../selecting.ts';
import { namesInArchive } from './names-in-archive.ts';

/** Name of the media package within an archive. */
const MANIFEST = 'manifest.xml';

/** `zip`: packs elements, and a media package that names them, into one archive. */
export const zip = (needs: OperationNeeds): Operation => ({
  id: 'zip',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const packed = selectedBy(context, { flavors: ['include-flavors'] });
    if (packed.length === 0) return { kind: 'skip', why: 'nothing has these flavors' };
    await needs.store.checkRoom(packed.reduce((sum, { size_bytes: bytes }) => sum + bytes, 0));
    const event = await eventNamed(needs.database, context.workflow.event);
    const of = event ? packageOf(event) : emptyMediaPackage(context.workflow.event);
    const names = namesInArchive(
      packed.map(({ file_name: name }) => name),
      [MANIFEST],
    );
    const files = packed.map((element, at) => ({ name: names[at]!, element }));
    const compress = keys.flag('compression');
    await writeArchive(join(await context.folder(), 'archive.zip'), { of, files, compress }, context);
    const made = await context.take({
      file: 'archive.zip',
      kind: 'attachment',
      flavor: keys.text('target-flavor') ?? 'archive/zip',
      tags: keys.list('target-tags'),
      fileName: `${safeFileName((of.title ?? of.id).replaceAll(/[\\/]/g, '_'))}.zip`,
    });
    return { kind: 'done', added: [made] };
  },
});

interface Content {
  of: MediaPackage;
  files: readonly { name: string; element: ElementRow }[];
  compress: boolean;
}

/** Writes an archive; each file is opened when its turn comes. */
async function writeArchive(to: string, { of, files, compress }: Content, context: OperationContext): Promise<void> {
  const pathOf = await pathsOf(
    context,
    files.map(({ element }) => element),
  );
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  const opened = new Set<Readable>();
  archive.on('error', (error: Error) => void output.destroy(error));
  archive.addBuffer(Buffer.from(formatMediaPackage(manifestOf(of, files))), MANIFEST);
  for (const [at, { name, element }] of files.entries()) {
    archive.addReadStreamLazy(name, { compress, mode: 0o100_644 }, (give) => {
      context.progress(at / files.length);
      const source = createReadStream(pathOf(element), { highWaterMark: 1 << 20 });
      source.on('error', (error) => void output.destroy(error));
      opened.add(source);
      give(undefined, source);
    });
  }
  archive.end();
  try {
    await pipeline(output, createWriteStream(to, { mode: 0o640 }), { signal: context.signal });
  } catch (error) {
    throw isFull(error) ? new NoRoom('the disk of the server is full') : error;
  } finally {
    // One that was being read when the archive was given up would stay open.
    for (const source of opened) source.destroy();
  }
}

/** The media package of an archive: addresses are names in it. */
function manifestOf(of: MediaPackage, files: Content['files']): MediaPackage {
  const nameOf = new Map(files.map(({ name, element }) => [element.id, name]));
  const lists = elementsOf(
    files.map(({ element }) => element),
    '',
  );
  const named = (elements: readonly PackageElement[]): PackageElement[] =>
    elements.map((one) => ({ ...one, url: encodeURI(nameOf.get(one.id) ?? '') }));
  return { ...of, tracks: named(lists.tracks), catalogs: named(lists.catalogs), attachments: named(lists.attachments) };
}
