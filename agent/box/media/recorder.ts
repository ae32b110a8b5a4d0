import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Device } from '#agent/device/device.ts';
import type { GrowthWatch, SlideWatch } from '#agent/device/recording.ts';
import type { RecordingNews } from './recording-news.ts';
import type { Engine } from '#agent/media/engine.ts';
import { openRecorder, type Recorder } from '#agent/recorder/recorder.ts';
import { RECORDER_DEFAULTS } from '#agent/recorder/settings.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { recorderSettings } from '../settings/recorder-settings.ts';
import { tellRecorderFact } from './recorder-facts.ts';

export interface RecorderParts {
  config: Config;
  version: string;
  ffmpeg: Ffmpeg;
  engine: Engine;
  device: Device;
  /** Told which recording was added, changed or removed, before the device's state says that one was. */
  news: Pick<RecordingNews, 'tell'>;
  /** Told how files grow. */
  growth: GrowthWatch;
  /** Looks for slides; undefined: nobody does. */
  slides: SlideWatch | undefined;
  log: Log;
}

/** Opens the recorder of the streams that the engine encodes; its facts become state of the device. */
export function openBoxRecorder(parts: RecorderParts, scope: Scope): Recorder {
  const { config, version, ffmpeg, engine, device, news, growth, slides, log } = parts;
  const recorder = openRecorder({
    ffmpeg: ffmpeg.ffmpeg,
    ffprobe: ffmpeg.ffprobe,
    clock: realClock,
    growth,
    log: log.child({ room: 'recorder' }),
    ring: engine.rings.archive,
    markKey: () => engine.markKey(),
    layouts: engine.layouts.archive,
    ...(slides ? { slides } : {}),
    second: {
      ring: engine.rings['archive-b'],
      markKey: () => engine.markKey('archive-b'),
      layouts: engine.layouts['archive-b'],
    },
    settings: recorderSettings(config, device.state().wanted.hall, version, () => thumbnailPxOf(device)),
    onFact(fact) {
      if (fact.kind === 'take') news.tell(fact.take.id);
      if (fact.kind === 'removed') news.tell(fact.take);
      tellRecorderFact(device, fact);
    },
  });
  scope.defer(() => recorder.close());
  // The engine closes before the recorder, so that the last pictures, which the encoder still holds, are recorded too.
  scope.defer(() => engine.close());
  return recorder;
}

const thumbnailPxOf = (device: Device): number => {
  const { sis, encoders } = device.state().wanted;
  return sis.thumbnails === 'archive' ? encoders.archive.widthPx : RECORDER_DEFAULTS.thumbnails.widthPx;
};
