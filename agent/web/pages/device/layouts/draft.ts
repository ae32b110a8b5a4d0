import type { Channel, Layout, LayoutWindow, Overlay, Rect } from '../../shared/api-types.ts';

/** A layout that is being drawn, with the steps that can be undone and redone. Pure. */
export interface Draft {
  layout: Layout;
  /** Key of the selected item. */
  selected: string | undefined;
  past: readonly Layout[];
  future: readonly Layout[];
}

/** A window or an overlay, by a key that stays while it is drawn. */
export interface Item {
  key: string;
  rect: Rect;
  z: number;
  window?: LayoutWindow;
  overlay?: Overlay;
}

export const draftOf = (layout: Layout): Draft => ({ layout, selected: undefined, past: [], future: [] });

/** The items on the canvas, the lowest first. The test time code is none: it is not drawn by hand. */
export function itemsOf({ windows, overlays }: Layout): Item[] {
  const of = windows.map((window, index) => ({ key: `window ${index}`, rect: window.rect, z: window.z, window }));
  const over = overlays
    .filter(({ kind }) => kind !== 'timecode')
    .map((overlay) => ({ key: `overlay ${overlay.name}`, rect: overlay.rect, z: overlay.z, overlay }));
  return [...of.toSorted((a, b) => a.z - b.z), ...over.toSorted((a, b) => a.z - b.z)];
}

/** Steps that can be undone; older ones are forgotten. */
const MOST_PAST = 100;

/** The draft with another layout; the one before can be had back by `undone`. */
export function drawn(draft: Draft, layout: Layout, selected = draft.selected): Draft {
  if (layout === draft.layout) return { ...draft, selected };
  return { layout, selected, past: [...draft.past, draft.layout].slice(-MOST_PAST), future: [] };
}

/** The draft before its last step; the same if there is none. */
export function undone({ layout, past, future, selected }: Draft): Draft {
  const before = past.at(-1);
  if (!before) return { layout, past, future, selected };
  return { layout: before, past: past.slice(0, -1), future: [layout, ...future], selected };
}

/** The draft after the step that was undone last; the same if there is none. */
export function redone({ layout, past, future, selected }: Draft): Draft {
  const [after, ...rest] = future;
  if (!after) return { layout, past, future, selected };
  return { layout: after, past: [...past, layout], future: rest, selected };
}

type Change = Partial<LayoutWindow> &
  Partial<Omit<Extract<Overlay, { kind: 'text' }>, 'kind'>> & {
    file?: string;
    opacity?: number;
    format?: 'time' | 'date-time';
  };

/** The layout with one item changed. */
export function changed(layout: Layout, key: string, change: Change): Layout {
  return {
    ...layout,
    windows: layout.windows.map((one, index) => (key === `window ${index}` ? { ...one, ...change } : one)),
    overlays: layout.overlays.map((one) => (key === `overlay ${one.name}` ? { ...one, ...change } : one)),
  };
}

/** The layout without one item. */
export function without(layout: Layout, key: string): Layout {
  return {
    ...layout,
    windows: layout.windows.filter((_, index) => key !== `window ${index}`),
    overlays: layout.overlays.filter(({ name }) => key !== `overlay ${name}`),
  };
}

export type NewThing = Channel | 'text' | 'logo' | 'clock';

/** The layout with a new item in its middle, and the key of that item. */
export function withNew(layout: Layout, what: NewThing, file = ''): { layout: Layout; key: string } {
  if (what === 'A' || what === 'B') {
    const z = 1 + Math.max(-1, ...layout.windows.map((window) => window.z));
    const rect = layout.windows.length === 0 ? WHOLE : { x: 0.3, y: 0.3, width: 0.4, height: 0.4 };
    const windows = [...layout.windows, { channel: what, rect, z }];
    return { layout: { ...layout, windows }, key: `window ${windows.length - 1}` };
  }
  const name = freeName(layout, what);
  const z = 1 + Math.max(9, ...layout.overlays.map((overlay) => overlay.z));
  const overlay = newOverlay(what, name, z, file);
  return { layout: { ...layout, overlays: [...layout.overlays, overlay] }, key: `overlay ${name}` };
}

const WHOLE: Rect = { x: 0, y: 0, width: 1, height: 1 };
const STYLE: Extract<Overlay, { kind: 'text' }>['style'] = {
  colour: '#ffffff',
  background: '',
  bold: true,
  size: 0.05,
  align: 'left',
  valign: 'middle',
};

function newOverlay(what: 'text' | 'logo' | 'clock', name: string, z: number, file: string): Overlay {
  if (what === 'logo') return { kind: 'logo', name, z, file, opacity: 1, rect: rectOf(0.2, 0.2) };
  if (what === 'clock') return { kind: 'clock', name, z, format: 'time', style: STYLE, rect: rectOf(0.2, 0.08) };
  return { kind: 'text', name, z, template: '{title}', style: STYLE, rect: rectOf(0.5, 0.1) };
}

const rectOf = (width: number, height: number): Rect => ({ x: (1 - width) / 2, y: (1 - height) / 2, width, height });

/** A free name for an overlay, such as `text` or `text-2`: no two may have the same. */
export function freeName({ overlays }: Pick<Layout, 'overlays'>, stem: string): string {
  const taken = new Set(overlays.map(({ name }) => name));
  for (let n = 1; ; n++) {
    const name = n === 1 ? stem : `${stem}-${n}`;
    if (!taken.has(name)) return name;
  }
}

/** Moves an item one step up or down among the windows, or among the overlays. */
export function restacked(layout: Layout, key: string, by: 1 | -1): Layout {
  const kind = key.split(' ')[0] ?? '';
  const stack = itemsOf(layout).filter((item) => item.key.startsWith(kind));
  const at = stack.findIndex((item) => item.key === key);
  const to = at + by;
  if (at < 0 || to < 0 || to >= stack.length) return layout;
  const order = stack.map((item) => item.key);
  [order[at], order[to]] = [order[to] ?? '', order[at] ?? ''];
  const base = kind === 'overlay' ? 10 : 0;
  return order.reduce((all, one, z) => changed(all, one, { z: base + z }), layout);
}
