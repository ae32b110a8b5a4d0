import { language } from '#lib/pages/words.ts';
import { texts } from './shared-texts.ts';

/** Words for the factory names of layouts, which are those of the device (overlays/factory-layouts.ts). */
const WORDS: Readonly<Record<string, { fr: string; en: string }>> = {
  'PBP Upp LFT': { fr: 'Caméra en haut à gauche', en: 'Camera, upper left' },
  'PBP Upp RHT': { fr: 'Caméra en haut à droite', en: 'Camera, upper right' },
  'PBP Mid LFT': { fr: 'Caméra à mi-hauteur, à gauche', en: 'Camera, middle left' },
  'PBP Mid RHT': { fr: 'Caméra à mi-hauteur, à droite', en: 'Camera, middle right' },
  'Side By Side': { fr: 'Côte à côte', en: 'Side by side' },
  'Side By Side(1)': { fr: 'Côte à côte, inversé', en: 'Side by side, swapped' },
  'PIP Upp LFT': { fr: 'Incrustation à gauche', en: 'Inset, upper left' },
  'PIP Upp RHT': { fr: 'Incrustation à droite', en: 'Inset, upper right' },
  'Fullscreen A': { fr: 'A plein écran', en: 'A, full screen' },
  'Fullscreen B': { fr: 'B plein écran', en: 'B, full screen' },
  'ChA Center': { fr: 'A au centre', en: 'A in the middle' },
  'ChB Center': { fr: 'B au centre', en: 'B in the middle' },
};

/** The name of a layout for people: a name that a person gave as it is, a factory name in words. */
export function layoutName({ name, windows }: { name: string; windows: readonly unknown[] }): string {
  if (windows.length === 0) return texts.freeLayout;
  return Object.hasOwn(WORDS, name) ? (WORDS[name]?.[language.value] ?? name) : name;
}
