import type { Layout } from '#lib/media/layout.ts';
import type { Config, GivenDocument } from '#firmware-config/schema/config.ts';
import { NO_METADATA, factorySettings } from '#firmware-config/factory/factory-settings.ts';
import type { DeviceConfig } from '#firmware-config/schema/device/device.ts';
import { documentOf, mergeDocuments, settingsOf } from '#firmware-config/document/document.ts';
import { factoryWanted } from '#agent/device/initial-state.ts';
import { settings } from '#firmware-config/schema/shapes.ts';
import type { Remembered } from '#agent/device/memory.ts';
import type { Wanted } from '#agent/device/state.ts';

/**
 * The wanted state at the start: the saved one, with those parts of the configuration that changed since they were
 * applied last. Without a saved state: the factory settings with the configuration.
 */
export function wantedAtStart(
  config: Config,
  remembered: Omit<Remembered, 'version'> | undefined,
  factoryLayouts: readonly Layout[],
): Wanted {
  const before = (remembered?.configured ?? {}) as Partial<DeviceConfig> & { hall?: string };
  const changed = Object.fromEntries(
    Object.entries(config.device).filter(
      ([key, value]) => !remembered || JSON.stringify(before[key as keyof DeviceConfig]) !== JSON.stringify(value),
    ),
  ) as DeviceConfig;
  const base = { ...factoryWanted(factoryLayouts), ...(remembered && withOwnMetadata(remembered)) };
  const hall = !remembered || before.hall !== config.hall ? config.hall : base.hall;
  return configured(base, changed, hall, factoryLayouts);
}

/**
 * The saved settings with the hall's own metadata. An older version kept the metadata of the last recording in their
 * place: then the hall gets those of its configuration, and a recording that runs keeps the others.
 */
function withOwnMetadata({ wanted, configured, metadataOf }: Omit<Remembered, 'version'>): Wanted {
  if (metadataOf === 'hall') return wanted;
  const given = (configured as Partial<DeviceConfig> | undefined)?.metadata;
  const { recording, metadata } = wanted;
  return {
    ...wanted,
    metadata: { ...NO_METADATA, ...given },
    recording: recording.state === 'stopped' ? recording : { ...recording, metadata },
  };
}

/** The settings of a box that has no saved state: the factory settings with the configuration. */
export function firstSettings(config: Config, factoryLayouts: readonly Layout[]): Omit<Wanted, 'recording'> {
  const { recording: _, ...settings } = wantedAtStart(config, undefined, factoryLayouts);
  return settings;
}

/** The reason why a box cannot start with the saved state; undefined if it can. */
export function whyUnusable(
  remembered: Omit<Remembered, 'version'>,
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

/** The part of the configuration that is saved with the settings, so that the next start sees its changes. */
export const configuredPart = ({ hall, device }: Config): object => ({ ...device, hall });

function configured(
  { recording, ...before }: Wanted,
  { overlays, ...device }: DeviceConfig,
  hall: string,
  factoryLayouts: readonly Layout[],
): Wanted {
  const factory = documentOf(factorySettings(factoryLayouts), factoryLayouts);
  // Settings that an older version did not know get the factory's values.
  const remembered = mergeDocuments(factory, documentOf(before, factoryLayouts) as GivenDocument);
  const wanted = settingsOf(mergeDocuments(remembered, { hall, device }), factoryLayouts);
  return { ...wanted, layout: withTimecode(wanted.layout, overlays), recording };
}

function withTimecode(layout: Layout, overlays: DeviceConfig['overlays']): Layout {
  if (!overlays?.timecode) return layout;
  const others = layout.overlays.filter(({ name }) => name !== 'timecode');
  return { ...layout, overlays: [...others, { kind: 'timecode', name: 'timecode', rect: overlays.timecode, z: 50 }] };
}
