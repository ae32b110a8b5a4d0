import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { LAYOUT_NUMBERS } from '#firmware-config/schema/device/layouts.ts';
import type { DeviceClient } from '#agent/device/device.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Machine } from '#agent/control/sis/machine.ts';
import type { PacketRing } from '#lib/media/packet-ring.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { StreamName } from '#agent/device/state.ts';
import type { ScheduledEventSource, WebSources } from '#agent/web/views/sources.ts';
import { startPreview } from './preview.ts';

export interface SourceParts extends Pick<
  WebSources,
  'overlayFiles' | 'recordings' | 'technician' | 'snapshot' | 'now' | 'encoders'
> {
  device: DeviceClient;
  rings: Record<StreamName, PacketRing>;
  machine: Pick<Machine, 'facts'>;
  schedule: ScheduleSource & ScheduledEventSource;
}

/** Collects all that the web shows of the box in one object. */
export function webSources({ device, rings, machine, ...parts }: SourceParts): WebSources {
  return {
    ...parts,
    preview: (stream, sink) => startPreview(rings[stream], sink),
    layouts: () => layoutsOf(device.state()),
    machine: () => machine.facts(),
    timetable: parts.schedule,
  };
}

const layoutsOf = ({ wanted }: DeviceState): ReturnType<WebSources['layouts']> =>
  Array.from({ length: LAYOUT_NUMBERS }, (_, index) => ({
    ...layoutOf(wanted.layouts, factoryLayouts, index + 1),
    number: index + 1,
    source: wanted.layouts[index + 1] ? ('user' as const) : ('factory' as const),
  }));
