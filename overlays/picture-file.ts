import { constants, lstatSync } from 'node:fs';
import { lstat, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';

import { OverlayError } from './overlay-error.ts';

/** A picture in the overlays folder. */
export interface PictureFile {
  path: string;
  /** Changes whenever the file does. */
  stamp: string;
  read(): Promise<Buffer>;
}

/** Endings that are tried after a name, in this order. */
const ENDINGS = ['', '.svg', '.png', '.webp', '.jpg', '.jpeg'];
/** Size of a picture file; a larger one is refused. */
const LARGEST_BYTES = 20_000_000;

/**
 * Finds `name` in `folder`, as it is or with the ending of a picture (`logo-1` finds `logo-1.svg`); undefined if it is
 * missing. Throws an OverlayError for a name that leads out of the folder, a link, anything but a file, or more than 20
 * MB.
 */
export async function findPicture(folder: string, name: string): Promise<PictureFile | undefined> {
  checkName(name);
  for (const ending of ENDINGS) {
    const found = await statInside(folder, name + ending);
    if (found) return found;
  }
  return undefined;
}

/**
 * The name, with its ending, of the file that `findPicture` finds; undefined if it is missing or may not be used. The
 * call blocks while it asks the disk (six times at most), so it is not for frequent use.
 */
export function pictureNameIn(folder: string, name: string): string | undefined {
  try {
    checkName(name);
  } catch {
    return undefined;
  }
  return ENDINGS.map((ending) => name + ending).find((one) =>
    lstatSync(join(folder, one), { throwIfNoEntry: false })?.isFile(),
  );
}

function checkName(name: string): void {
  const parts = name.split(/[/\\]/);
  if (name.length > 200 || name.includes('\0') || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw new OverlayError('file', `${shown(name)} is no name of a file in the overlays folder`);
}

async function statInside(folder: string, name: string): Promise<PictureFile | undefined> {
  const path = join(folder, name);
  try {
    const stat = await lstat(path);
    if (stat.isDirectory()) return undefined;
    if (!stat.isFile() || (await realpath(path)) !== join(await realpath(folder), name))
      throw new OverlayError('file', `${shown(name)} is a link or a device: the overlays folder takes only files`);
    checkBytes(name, stat.size);
    return { path, stamp: `${stat.ino} ${stat.size} ${stat.mtimeMs}`, read: () => readRegular(path, name) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error instanceof OverlayError
      ? error
      : new OverlayError('file', `${shown(name)} cannot be read: ${String(code)}`, error);
  }
}

/** Reads a regular file. It follows no link and waits for no pipe, even if the file was replaced since it was found. */
async function readRegular(path: string, name: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new OverlayError('file', `${shown(name)} is no file`);
    checkBytes(name, stat.size);
    const bytes = Buffer.alloc(stat.size);
    const { bytesRead } = await file.read(bytes, 0, stat.size, 0);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function checkBytes(name: string, bytes: number): void {
  if (bytes > LARGEST_BYTES)
    throw new OverlayError('file', `${shown(name)} has ${Math.ceil(bytes / 1e6)} MB: a picture may have 20 MB`);
}

/** A name for use in messages: short, without control characters. */
export function shown(name: string): string {
  return JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}…` : name);
}
