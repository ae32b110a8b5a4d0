import { open } from 'node:fs/promises';
import { pipeInputArgv } from '#lib/ffmpeg/argv.ts';
import { isImpossible } from '#lib/media/groups/byte-source.ts';
import { keyPicturesOf, NotAlone, type KeyPictures } from '#lib/media/groups/key-pictures.ts';
import { bytesOfFile } from '#lib/runtime/disk/read-at.ts';

/** Arguments of an input to which key pictures are fed, each of which is decoded without any other. */
export const SINGLE_KEYS_ARGV: readonly string[] = pipeInputArgv('h264', 0, ['-framerate', '1']);

/**
 * Does something with the key pictures of a film, of which there is one at least. Undefined: those of this film cannot be taken
 * one by one, or `act` gives nothing, or rejects with `NotAlone`.
 */
export async function withSingleKeys<Result>(
  path: string,
  act: (keys: KeyPictures) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  const file = await open(path, 'r');
  try {
    const keys = await keyPicturesOf(bytesOfFile(file));
    return isImpossible(keys) || keys.timesMs.length === 0 ? undefined : await act(keys);
  } catch (error) {
    if (error instanceof NotAlone) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

/** Feeds key pictures, by their numbers, in this order. */
export async function giveKeys(
  keys: KeyPictures,
  numbers: Iterable<number>,
  give: (bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const number of numbers) await give(await keys.annexB(number));
}
