import type { Layout } from '#lib/media/layout.ts';
import type { Config, DeviceConfig } from './config.ts';
import { documentOf, mergeDocuments, settingsOf } from '#firmware-config/document.ts';
import { factoryWanted } from '#agent/device/factory.ts';
import { settings } from '#agent/device/schema.ts';
import type { Wanted } from '#agent/device/state.ts';

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
  return configured(base, changed, hall, factoryLayouts);
}

/** Settings of a box that was never told anything but its configuration. */
export function firstSettings(config: Config, factoryLayouts: readonly Layout[]): Omit<Wanted, 'recording'> {
  const { recording: _, ...settings } = wantedAtStart(config, undefined, factoryLayouts);
  return settings;
}

/** Why a box cannot start with what it remembers; undefined: it can. */
export function whyUnusable(
  remembered: { wanted: Wanted; configured: unknown },
  config: Config,
  factoryLayouts: readonly Layout[],
): string | undefined {
  try {
    const { recording, ...wanted } = wantedAtStart(config, remembered, factoryLayouts);
    const checked = settings.safeParse(wanted);
    const [issue] = checked.error?.issues ?? [];
    if (issue) return `${issue.path.join('.')}: ${issue.message}`;
    return ['stopped', 'recording', 'paused'].includes(recording.state) ? undefined : 'recording.state is unknown';
  } catch (error) {
    return String(error);
  }
}

/** What is kept beside the settings, to see a change of the configuration at the next start. */
export const configuredPart = ({ hall, device }: Config): object => ({ ...device, hall });

function configured(
  { recording, ...before }: Wanted,
  { overlays, ...device }: DeviceConfig,
  hall: string,
  factoryLayouts: readonly Layout[],
): Wanted {
  const document = mergeDocuments(documentOf(before, factoryLayouts), { hall, device });
  const wanted = settingsOf(document, factoryLayouts);
  return { ...wanted, layout: withTimecode(wanted.layout, overlays), recording };
}

function withTimecode(layout: Layout, overlays: DeviceConfig['overlays']): Layout {
  if (!overlays?.timecode) return layout;
  const others = layout.overlays.filter(({ name }) => name !== 'timecode');
  return { ...layout, overlays: [...others, { kind: 'timecode', name: 'timecode', rect: overlays.timecode, z: 50 }] };
}
