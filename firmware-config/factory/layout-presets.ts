import type { Layout } from '#lib/media/layout.ts';
import type { SavedLayout, Settings } from '../schema/device/settings.ts';

const EMPTY_LAYOUT: Layout = { name: 'Empty', background: { colour: '#000000' }, windows: [], overlays: [] };

/** Layout of a number: the saved one, else the factory's, else an empty one. */
export function layoutOf(saved: Settings['layouts'], factoryLayouts: readonly Layout[], number: number): SavedLayout {
  return saved[number] ?? factoryLayouts[number - 1] ?? { ...EMPTY_LAYOUT, name: `Layout ${number}` };
}
