import type { Said } from './key.ts';

/** Words that many rows share. */

export const ABSOLUTE_PATH: Said = { en: 'absolute path', fr: 'chemin absolu' };
export const NAME_16: Said = { en: '1 to 16 letters, digits, `-`, `_`', fr: '1 à 16 lettres, chiffres, `-`, `_`' };
export const NAME_32: Said = { en: '1 to 32 letters, digits, `-`, `_`', fr: '1 à 32 lettres, chiffres, `-`, `_`' };
export const URL_1024: Said = { en: 'URL, at most 1024 characters', fr: 'adresse, 1024 caractères au plus' };
export const FILE_OF_OVERLAYS: Said = { en: 'file in the overlays folder', fr: 'fichier du dossier des habillages' };
export const CSS_COLOUR: Said = { en: 'CSS colour', fr: 'couleur CSS' };
/** Default in words of a key that has none: it must be given with its group. */
export const MUST = 'must be given';

export const PARTS: Said = { en: 'parts of the picture', fr: 'de l’image (0 à 1)' };
export const PARTS_OF_HEIGHT: Said = { en: "parts of the picture's height", fr: 'de la hauteur (0 à 1)' };
export const FRAMES: Said = { en: 'frames', fr: 'images' };
export const FRAMES_A_SECOND: Said = { en: 'frames/s', fr: 'images/s' };
