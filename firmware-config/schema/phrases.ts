import type { Said } from './key.ts';

/** Words that many rows share. */

export const ABSOLUTE_PATH = 'absolute path';
export const NAME_16 = '1 to 16 letters, digits, `-`, `_`';
export const NAME_32 = '1 to 32 letters, digits, `-`, `_`';
export const URL_1024 = 'URL, at most 1024 characters';
export const FILE_OF_OVERLAYS = 'file in the overlays folder';
export const CSS_COLOUR = 'CSS colour';
/** Text for a key without a default, which has to be given with its group. */
export const MUST = 'must be given';

export const PARTS: Said = { en: 'parts of the picture', fr: 'de l’image (0 à 1)' };
export const PARTS_OF_HEIGHT: Said = { en: "parts of the picture's height", fr: 'de la hauteur (0 à 1)' };
export const FRAMES: Said = { en: 'frames', fr: 'images' };
export const FRAMES_A_SECOND: Said = { en: 'frames/s', fr: 'images/s' };
