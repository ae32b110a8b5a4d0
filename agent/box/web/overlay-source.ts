import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { drawPicture, drawPng } from '#overlays/picture.ts';
import { findPicture } from '#overlays/picture-file.ts';
import { OverlayError } from '#overlays/overlay-error.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';
import { refuse } from '#agent/device/outcome.ts';
import type { OverlaySource } from '#agent/web/views/sources.ts';

const NAME = /^[A-Za-z0-9][\w. -]{0,99}\.(png|jpe?g|webp|svg)$/i;

/**
 * Opens the logos and backgrounds in a folder. A file that cannot be drawn is not stored. `onChange` is called after
 * each change.
 */
export function overlaySource(folder: string, onChange: () => void): OverlaySource {
  return {
    async list() {
      const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
      return Promise.all(names.map(async (name) => ({ name, size: (await stat(join(folder, name))).size })));
    },
    async picture(name, room) {
      try {
        const found = await findPicture(folder, name);
        return found && (await drawPng(name, await found.read(), room));
      } catch (error) {
        if (error instanceof OverlayError) return undefined;
        throw error;
      }
    },
    async put(name, bytes) {
      if (!NAME.test(name))
        return refuse('E13', 'the name must be of letters, digits, - and _, and end in .png, .jpg, .webp or .svg');
      try {
        await drawPicture(name, bytes, { widthPx: 64, heightPx: 64, fit: 'contain' });
      } catch (error) {
        if (error instanceof OverlayError) return refuse('E13', error.message);
        throw error;
      }
      await writeFileAtomically(join(folder, name), bytes);
      onChange();
      return undefined;
    },
    async remove(name) {
      const known = NAME.test(name) && (await stat(join(folder, name)).catch(() => undefined))?.isFile();
      if (!known) return refuse('E28', `there is no overlay file ${name}`);
      await rm(join(folder, name));
      onChange();
      return undefined;
    },
  };
}
