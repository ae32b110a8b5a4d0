import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { layoutOf, LAYOUT_NUMBERS } from '#firmware-config/factory/layout-presets.ts';
import type { Device } from '#agent/device/device.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Machine } from '#agent/control/sis/machine.ts';
import type { EncoderChoice } from '#agent/media/encoders/encoder-choice.ts';
import type { Engine } from '#agent/media/engine.ts';
import type { ScheduleSource } from '#agent/web/views/schedule-source.ts';
import type { ScheduleShelf, WebSources } from '#agent/web/views/sources.ts';
import { startPreview } from './preview.ts';

export interface SourceParts extends Pick<WebSources, 'overlayFiles' | 'recordings' | 'technician'> {
  device: Device;
  engine: Engine;
  choice: EncoderChoice;
  machine: Pick<Machine, 'facts'>;
  schedule: ScheduleSource & ScheduleShelf;
}

/** All that the web shows of the box, in one object. */
export function webSources(parts: SourceParts): WebSources {
  const { device, engine, choice, schedule, overlayFiles, recordings, technician, machine } = parts;
  return {
    snapshot: (of, widthPx) => engine.snapshot(of, widthPx),
    preview: (stream, sink) => startPreview(engine.rings[stream], sink),
    recordings,
    layouts: () => layoutsOf(device.state()),
    overlayFiles,
    encoders: () => encoderFacts(engine, choice),
    technician,
    now: () => engine.now(),
    machine: () => machine.facts(),
    schedule,
    timetable: schedule,
  };
}

function encoderFacts(engine: Engine, choice: EncoderChoice): ReturnType<WebSources['encoders']> {
  const { archive, confidence } = engine.seen().encoders;
  return {
    ...(archive ? { archive: { ...archive, reason: choice.reason } } : {}),
    ...(confidence ? { confidence } : {}),
  };
}

const layoutsOf = ({ wanted }: DeviceState): ReturnType<WebSources['layouts']> =>
  Array.from({ length: LAYOUT_NUMBERS }, (_, index) => ({
    ...layoutOf(wanted.layouts, factoryLayouts, index + 1),
    number: index + 1,
    source: wanted.layouts[index + 1] ? ('user' as const) : ('factory' as const),
  }));
