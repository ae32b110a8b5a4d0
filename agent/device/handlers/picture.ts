import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { refuse, type Handlers } from '../outcome.ts';
import type { InputWanted, Wanted } from '../state.ts';
import { channelOf } from '../state.ts';

/** Handlers for inputs, channels, layouts and overlays. */
export const pictureHandlers: Handlers<
  | 'hall.set'
  | 'locale.set'
  | 'input.select'
  | 'input.set'
  | 'channels.swap'
  | 'channel.mute'
  | 'nosignal.set'
  | 'layout.recall'
  | 'layout.set'
  | 'layout.save'
  | 'layout.reset'
  | 'layout.rename'
  | 'layout.window'
  | 'overlay.put'
  | 'overlay.remove'
> = {
  'hall.set': ({ wanted }, { hall }) => ({ wanted: { ...wanted, hall } }),
  'locale.set': ({ wanted }, { locale }) => ({ wanted: { ...wanted, locale } }),

  'input.select'({ wanted }, { channel, input }) {
    if (channelOf(input) !== channel) {
      return refuse('E13', `input ${input} does not feed channel ${channel}: A takes 1 and 2, B takes 3 to 5`);
    }
    return { wanted: { ...wanted, routing: { ...wanted.routing, [channel]: input } } };
  },

  'input.set'({ wanted }, { input, picture, ...changes }) {
    const before = wanted.inputs[input];
    const after: InputWanted = { ...before, ...changes, picture: { ...before.picture, ...picture } };
    return { wanted: { ...wanted, inputs: { ...wanted.inputs, [input]: after } } };
  },

  'channels.swap': ({ wanted }, { swapped }) => ({ wanted: { ...wanted, swapped: swapped ?? !wanted.swapped } }),
  'channel.mute': ({ wanted }, { channel, muted }) => ({
    wanted: { ...wanted, muted: { ...wanted.muted, [channel]: muted } },
  }),
  'nosignal.set': ({ wanted }, noSignal) => ({ wanted: { ...wanted, noSignal } }),

  'layout.recall'({ wanted }, { number, withInputs }, { factoryLayouts }) {
    const { routing, ...layout } = layoutOf(wanted.layouts, factoryLayouts, number);
    const inputs = withInputs && routing ? { routing } : {};
    return { wanted: { ...wanted, layout: keepTimecodes(layout, wanted), layoutNumber: number, ...inputs } };
  },
  'layout.set': ({ wanted }, { layout }) => ({ wanted: { ...wanted, layout } }),
  'layout.save'({ wanted }, { number, name, layout }) {
    const shown = layout ?? wanted.layout;
    const saved = { ...shown, name: name ?? shown.name, routing: wanted.routing };
    // A layout that was given with the request is saved without being shown.
    if (layout) return { wanted: { ...wanted, layouts: { ...wanted.layouts, [number]: saved } } };
    return { wanted: { ...wanted, layouts: { ...wanted.layouts, [number]: saved }, layoutNumber: number } };
  },
  'layout.reset'({ wanted }, { number }) {
    const { [number]: _, ...layouts } = wanted.layouts;
    return { wanted: { ...wanted, layouts } };
  },
  'layout.rename'({ wanted }, { number, name }, { factoryLayouts }) {
    const named = { ...layoutOf(wanted.layouts, factoryLayouts, number), name };
    return { wanted: { ...wanted, layouts: { ...wanted.layouts, [number]: named } } };
  },
  'layout.window'({ wanted }, { channel, rect }) {
    if (!wanted.layout.windows.some((window) => window.channel === channel)) {
      return refuse('E14', `the layout ${wanted.layout.name} has no window for channel ${channel}`);
    }
    const windows = wanted.layout.windows.map((window) => (window.channel === channel ? { ...window, rect } : window));
    return { wanted: { ...wanted, layout: { ...wanted.layout, windows } } };
  },

  'overlay.put'({ wanted }, { overlay }) {
    const others = wanted.layout.overlays.filter(({ name }) => name !== overlay.name);
    if (others.length >= 32) return refuse('E14', 'a layout has 32 overlays at most');
    return { wanted: { ...wanted, layout: { ...wanted.layout, overlays: [...others, overlay] } } };
  },
  'overlay.remove'({ wanted }, { name }) {
    const overlays = wanted.layout.overlays.filter((overlay) => overlay.name !== name);
    if (overlays.length === wanted.layout.overlays.length) return refuse('E28', `no overlay is named ${name}`);
    return { wanted: { ...wanted, layout: { ...wanted.layout, overlays } } };
  },
};

/** The new layout with the time codes of the old one, which are for tests and belong to no layout. */
function keepTimecodes(layout: Wanted['layout'], { layout: before }: Wanted): Wanted['layout'] {
  const kept = before.overlays.filter(
    ({ kind, name }) => kind === 'timecode' && !layout.overlays.some((one) => one.name === name),
  );
  return { ...layout, overlays: [...layout.overlays, ...kept] };
}
