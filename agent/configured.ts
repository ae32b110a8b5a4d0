import type { Layout } from '#lib/media/layout.ts';
import type { Config, DeviceConfig } from './config.ts';
import { factoryWanted, layoutOf } from './device/factory.ts';
import type { InputNumber, Wanted } from './device/state.ts';

/**
 * What the box wants at start: what it remembers, but for the parts of the configuration that were changed since they
 * were applied last, which count anew. A box that remembers nothing begins with the factory's settings.
 */
export function wantedAtStart(
  config: Config,
  remembered: { wanted: Wanted; configured: unknown } | undefined,
  factoryLayouts: readonly Layout[],
): Wanted {
  const before = (remembered?.configured ?? {}) as Partial<DeviceConfig> & { hall?: string };
  const changed = Object.fromEntries(
    Object.entries(config.device).filter(
      ([key, value]) => !remembered || JSON.stringify(before[key as keyof DeviceConfig]) !== JSON.stringify(value),
    ),
  ) as DeviceConfig;
  const factory = factoryWanted(factoryLayouts);
  // An older box knew less.
  const known = remembered?.wanted.sis;
  const presets = { ...factory.sis.presets, ...known?.presets };
  const base = { ...factory, ...remembered?.wanted, sis: { ...factory.sis, ...known, presets } };
  const hall = !remembered || before.hall !== config.hall ? config.hall : base.hall;
  return configured({ ...base, hall }, changed, factoryLayouts);
}

/** What is kept beside the settings, to see a change of the configuration at the next start. */
export const configuredPart = ({ hall, device }: Config): object => ({ ...device, hall });

function configured(wanted: Wanted, device: DeviceConfig, factoryLayouts: readonly Layout[]): Wanted {
  const { encoders, streams, audio } = device;
  const number = device.layout ?? wanted.layoutNumber;
  const layout = device.layout === undefined ? wanted.layout : layoutOf(wanted.layouts, factoryLayouts, number);
  return {
    ...wanted,
    inputs: inputsOf(wanted.inputs, device.inputs ?? {}),
    routing: { ...wanted.routing, ...device.routing },
    layoutNumber: number,
    layout: withTimecode(layout, device),
    locale: device.locale ?? wanted.locale,
    noSignal: { holdMs: device.noSignalHoldMs ?? wanted.noSignal.holdMs },
    audio: {
      from: audio?.from ?? wanted.audio.from,
      outputMuted: audio?.outputMuted ?? wanted.audio.outputMuted,
      channels: {
        A: { ...wanted.audio.channels.A, ...audio?.channels?.A },
        B: { ...wanted.audio.channels.B, ...audio?.channels?.B },
      },
    },
    encoders: {
      archive: { ...wanted.encoders.archive, ...encoders?.archive },
      confidence: { ...wanted.encoders.confidence, ...encoders?.confidence },
    },
    streams: {
      archive: { ...wanted.streams.archive, ...streams?.archive },
      confidence: { ...wanted.streams.confidence, ...streams?.confidence },
    },
    pushes: device.pushes ?? wanted.pushes,
    metadata: { ...wanted.metadata, ...device.metadata },
  };
}

function inputsOf(before: Wanted['inputs'], changes: NonNullable<DeviceConfig['inputs']>): Wanted['inputs'] {
  const inputs = { ...before };
  for (const [number, change] of Object.entries(changes)) {
    const input = Number(number) as InputNumber;
    const { picture, ...rest } = change;
    inputs[input] = { ...before[input], ...rest, picture: { ...before[input].picture, ...picture } };
  }
  return inputs;
}

function withTimecode(layout: Layout, { overlays }: DeviceConfig): Layout {
  if (!overlays?.timecode) return layout;
  const others = layout.overlays.filter(({ name }) => name !== 'timecode');
  return { ...layout, overlays: [...others, { kind: 'timecode', name: 'timecode', rect: overlays.timecode, z: 50 }] };
}
