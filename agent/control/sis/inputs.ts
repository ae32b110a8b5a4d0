import type { Picture, Wanted } from '#agent/device/state.ts';
import type { inputs } from '#lib/sis/families/inputs.ts';
import type { Handlers } from '#lib/sis/handlers.ts';
import { refuse } from '#lib/sis/handlers.ts';
import { done, told, wish, type BoxEvent, type Channel, type SisWorld, type View } from './world.ts';

type InputsRow = Extract<(typeof inputs)[number], { by: 'device' }>;

interface OfChannel {
  channel: Channel;
}

/** Handlers of a picture control. Its value is that of the input that the channel shows. */
function pictureControl(name: keyof Picture) {
  const now = ({ device: { wanted } }: View, channel: Channel): number =>
    wanted.inputs[wanted.routing[channel]].picture[name];
  const turn = (view: View, channel: Channel, value: number): BoxEvent =>
    wish('input.set', { input: view.device.wanted.routing[channel], picture: { [name]: value } });
  const step = (view: View, channel: Channel, by: number) => {
    const value = Math.min(127, Math.max(0, now(view, channel) + by));
    return told(view, { value }, turn(view, channel, value));
  };
  return {
    set: (view: View, { channel, value }: OfChannel & { value: number }) => done(view, turn(view, channel, value)),
    up: (view: View, { channel }: OfChannel) => step(view, channel, 1),
    down: (view: View, { channel }: OfChannel) => step(view, channel, -1),
    query: (view: View, { channel }: OfChannel) => ({ value: now(view, channel) }),
  };
}

type Rect = Wanted['layout']['windows'][number]['rect'];
type Side = keyof Rect;
const SMALLEST = { width: 120, height: 64 };

/**
 * Handlers of one measure (x, y, width or height) of a channel's window, in pixels of the recording. Plus and minus
 * keep the window inside of the canvas.
 */
function windowMeasure(side: Side, stepPx: number) {
  const isHorizontal = side === 'x' || side === 'width';
  const isPlace = side === 'x' || side === 'y';
  const rectOf = ({ device }: View, channel: Channel): Rect | undefined =>
    device.wanted.layout.windows.find((window) => window.channel === channel)?.rect;
  const canvasPx = ({ device: { wanted } }: View): number =>
    isHorizontal ? wanted.encoders.archive.widthPx : wanted.encoders.archive.heightPx;
  const pixels = (view: View, rect: Rect, of: Side): number => Math.round(rect[of] * canvasPx(view));
  const opposite = ({ x: 'width', width: 'x', y: 'height', height: 'y' } as const)[side];
  const put = (view: View, channel: Channel, px: number, rect: Rect): BoxEvent =>
    wish('layout.window', { channel, rect: { ...rect, [side]: px / canvasPx(view) } });
  const step = (view: View, channel: Channel, by: number) => {
    const rect = rectOf(view, channel);
    if (!rect) return refuse('E14');
    const least = isPlace ? 0 : SMALLEST[isHorizontal ? 'width' : 'height'];
    const most = canvasPx(view) - pixels(view, rect, opposite);
    const px = Math.max(least, Math.min(most, pixels(view, rect, side) + by));
    return told(view, { px }, put(view, channel, px, rect));
  };
  return {
    set(view: View, { channel, px }: OfChannel & { px: number }) {
      const rect = rectOf(view, channel);
      return rect ? done(view, put(view, channel, px, rect)) : refuse('E14');
    },
    up: (view: View, { channel }: OfChannel) => step(view, channel, stepPx),
    down: (view: View, { channel }: OfChannel) => step(view, channel, -stepPx),
    query(view: View, { channel }: OfChannel) {
      const rect = rectOf(view, channel);
      return rect ? { px: pixels(view, rect, side) } : refuse('E14');
    },
  };
}

const showBackground = (view: View, image: string | undefined): BoxEvent => {
  const { layout } = view.device.wanted;
  const background = { colour: layout.background.colour, ...(image === undefined ? {} : { image }) };
  return wish('layout.set', { layout: { ...layout, background } });
};

/**
 * The file of the background, with its file extension; the name alone if there is no such file, `0` without a
 * background.
 */
function backgroundFile({ device, facts }: View): string {
  const { image } = device.wanted.layout.background;
  return image === undefined ? '0' : (facts.overlayFile(image) ?? image);
}

const USB = { front: 'usbfront', rear: 'usbrear', panel: 'usbrcp' } as const;

/** Handlers for inputs, picture and outputs (facts/smp351 2.4). */
export const inputsHandlers: Handlers<InputsRow, SisWorld> = {
  'output.mode': {
    set: (view, { mode }) => done(view, wish('output.mode', { mode })),
    query: ({ device }) => ({ mode: device.wanted.outputMode }),
  },
  'input.select': {
    set: (view, { input, channel }) => done(view, wish('input.select', { input, channel })),
    query: ({ device }, { channel }) => ({ input: device.wanted.routing[channel] }),
  },
  'input.name': {
    set: (view, { input, name }) => done(view, wish('input.set', { input, name })),
    reset: (view, { input }) =>
      told(view, { name: `Input ${input}` }, wish('input.set', { input, name: `Input ${input}` })),
    query: ({ device }, { input }) => ({ name: device.wanted.inputs[input].name }),
  },
  'input.aspect': {
    set: (view, { input, aspect }) => done(view, wish('input.set', { input, aspect })),
    query: ({ device }, { input }) => ({ aspect: device.wanted.inputs[input].aspect }),
  },
  'picture.brightness': pictureControl('brightness'),
  'picture.contrast': pictureControl('contrast'),
  'picture.colour': pictureControl('colour'),
  'picture.tint': pictureControl('tint'),
  'window.x': windowMeasure('x', 8),
  'window.y': windowMeasure('y', 2),
  'window.width': windowMeasure('width', 8),
  'window.height': windowMeasure('height', 2),
  'video.mute': {
    set: (view, { channel, on }) => done(view, wish('channel.mute', { channel, muted: on })),
    query: ({ device }, { channel }) => ({ on: device.wanted.muted[channel] }),
  },
  'layout.swap': { act: (view) => done(view, wish('channels.swap', {})) },
  'output.pattern': {
    set: (view, { pattern }) => done(view, wish('sis.set', { pattern })),
    query: ({ device }) => ({ pattern: device.wanted.sis.pattern }),
  },
  'layout.background': {
    set: (view, { file }) =>
      done(
        view,
        { act: async (box) => ((await box.hasOverlay(file)) ? undefined : 'E28') },
        showBackground(view, file),
      ),
    reset: (view) => told(view, { file: '0' }, showBackground(view, undefined)),
    query: (view) => ({ file: backgroundFile(view) }),
  },
  'usb.eject': {
    act(view, { drive }) {
      const disks = view.device.seen.disk.map(({ destination }) => destination);
      const asked = drive === 'all' ? Object.values(USB) : [USB[drive]];
      const isThere = asked.some((name) => disks.includes(name));
      // Drives are mounted, and have to be unmounted, by the administrator of the machine.
      if (isThere) return refuse('E14');
      return drive === 'all' ? done(view) : refuse('E25');
    },
  },
};
