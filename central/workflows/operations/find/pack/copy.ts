import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, rename, rm, stat } from 'node:fs/promises';
import { extname, isAbsolute, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { copyContent } from '@amphi/lib/runtime/disk/copy-file.ts';
import { syncFolder, syncPath } from '@amphi/lib/runtime/files.ts';
import { isFull, safeFileName } from '../../../../store/media-store.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { allowedFolder } from '../../allowed-folder.ts';
import { sourcesOf } from '../../selecting.ts';

/** Numbers that a name with `%d` may get; when all are taken, the operation fails. */
const MOST_NUMBERS = 9999;
const NUMBER = /%(?:0(\d))?d/;

/**
 * `copy`: copies one file into a folder that the configuration allows. What is there is never overwritten: the same file is left
 * as it is, another one with this name is an error.
 */
export const copy = ({ copyFolders = [] }: OperationNeeds): Operation => ({
  id: 'copy',
  weight: 'heavy',
  async run(context) {
    const sources = sourcesOf(context, 'and');
    const [source] = sources;
    if (!source) return { kind: 'skip', why: 'nothing has these flavors and tags' };
    if (sources.length > 1)
      throw new OperationFailed(
        `copy takes one file, and ${sources.length} have these flavors and tags: ${sources.map(({ file_name: name }) => name).join(', ')}`,
      );
    const folder = await folderOf(context.keys.needed('target-directory'), copyFolders);
    const name = context.keys.text('target-filename');
    const names = namesFor(name ?? source.file_name.slice(0, -extname(source.file_name).length || undefined), source);
    const to = await place(context, source, { folder, names });
    context.log(to.isNew ? `copied to ${to.path}` : `${to.path} is this file already`);
    return { kind: 'done' };
  },
});

/** The folder that is asked for, if the configuration allows it. */
function folderOf(directory: string, allowed: readonly string[]): Promise<string> {
  if (!isAbsolute(directory))
    throw new OperationFailed(`target-directory has to begin with /, not ${JSON.stringify(directory)}`);
  return allowedFolder(
    directory,
    allowed,
    () =>
      new OperationFailed(
        allowed.length === 0
          ? 'the configuration allows no folder to copy to: copyFolders'
          : `${directory} is not within a folder that the configuration allows: ${allowed.join(', ')}`,
      ),
  );
}

/** Names for a copy, in the order in which they are tried. */
function* namesFor(pattern: string, { file_name: fileName }: ElementRow): Generator<string> {
  const ending = extname(fileName);
  const one = (number: number): string =>
    safeFileName(
      pattern.replace(NUMBER, (_, width: string | undefined) => String(number).padStart(Number(width ?? 0), '0')) +
        ending,
    );
  if (!NUMBER.test(pattern)) return void (yield one(0));
  for (let number = 1; number <= MOST_NUMBERS; number += 1) yield one(number);
}

interface Place {
  folder: string;
  names: Iterable<string>;
}

/** Copies a file under the first name that is free, or that it has already. */
async function place(
  context: OperationContext,
  source: ElementRow,
  { folder, names }: Place,
): Promise<{ path: string; isNew: boolean }> {
  const temporary = join(folder, `.${crypto.randomUUID()}.part`);
  let isCopied = false;
  try {
    for (const name of names) {
      context.signal.throwIfAborted();
      const path = join(folder, name);
      if (await stat(path).catch(() => undefined)) {
        if (await isSame(path, source)) return { path, isNew: false };
        continue;
      }
      if (!isCopied) await copyContent(await context.pathOf(source), temporary, { isNew: true });
      isCopied = true;
      await syncPath(temporary);
      if (!(await named(temporary, path))) continue;
      await syncFolder(folder);
      return { path, isNew: true };
    }
  } catch (error) {
    throw isFull(error) ? new OperationFailed(`the disk of ${folder} is full`) : error;
  } finally {
    await rm(temporary, { force: true });
  }
  throw new OperationFailed(
    `${folder} has another file of this name, which is not overwritten: give a target-filename with a number, such as lecture-%03d`,
  );
}

/** Gives a file its name, if that is free. Shares that have no links rename it. */
async function named(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
  }
  await rename(temporary, path);
  return true;
}

async function isSame(path: string, { size_bytes: bytes, md5 }: ElementRow): Promise<boolean> {
  const { size } = await stat(path);
  if (size !== bytes) return false;
  const hash = createHash('md5');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex') === md5;
}
