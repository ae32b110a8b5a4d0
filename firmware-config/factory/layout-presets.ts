import type { Layout } from '#lib/media/layout.ts';
import type { SavedLayout, Settings } from '../schema/device/settings.ts';

const EMPTY_LAYOUT: Layout = { name: 'Empty', background: { colour: '#000000' }, windows: [], overlays: [] };

/** Number of layout presets; a number that was never saved is the factory's, or empty. */
export const LAYOUT_NUMBERS = 32;

/** The layout of a number. */
export function layoutOf(saved: Settings['layouts'], factoryLayouts: readonly Layout[], number: number): SavedLayout {
  return saved[number] ?? factoryLayouts[number - 1] ?? { ...EMPTY_LAYOUT, name: `Layout ${number}` };
}
