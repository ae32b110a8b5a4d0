import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import { layoutOf } from '#firmware-config/factory/layout-presets.ts';
import { factoryLayouts } from '#overlays/factory-layouts.ts';
import { openRenderer } from '#overlays/render.ts';
import { metadataOf } from '#agent/device/metadata.ts';
import type { Device } from '#agent/device/device.ts';
import type { Wanted } from '#agent/device/state.ts';
import type { EncoderChoice } from '#lib/ffmpeg/encoder-choice.ts';
import { startEngine, type Engine } from '#agent/media/engine.ts';
import type { Looker } from '#agent/media/looks.ts';
import type { SceneValues } from '#agent/media/pictures/scene-renderer.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { tellEngineFact } from './alarms.ts';
import { withPattern, withPatterns } from './patterns.ts';

export interface PictureParts {
  config: Config;
  device: Device;
  ffmpeg: Ffmpeg;
  choice: EncoderChoice;
  /** Folder of logos and backgrounds. */
  overlaysFolder: string;
  /** Who looks at the pictures of channel A. */
  looker: Looker | undefined;
  log: Log;
}

/** The picture of the box: the engine, and what its titles say. */
export interface Picture {
  readonly engine: Engine;
  /**
   * Shows what is wanted, or a test pattern in its place. Parts of the picture that have not changed are not touched.
   */
  show(wanted: Wanted): void;
  /** Must be called when a logo or a background was added, changed or removed: the picture is drawn anew. */
  filesChanged(): void;
}

/** Starts the engine with the settings that are wanted now. */
export function startPicture(parts: PictureParts, scope: Scope): Picture {
  const { config, device, ffmpeg, choice, overlaysFolder, looker, log } = parts;
  let filesRevision = 0;
  const valuesOf = (wanted: Wanted): SceneValues => sceneValues(wanted, config.timeZone, filesRevision);
  const renderer = withPatterns(openRenderer({ folder: overlaysFolder }));
  const { wanted } = device.state();
  const engine = startEngine(
    {
      ffmpeg: ffmpeg.ffmpeg,
      family: choice.family,
      clock: realClock,
      log,
      looker,
      renderer,
      layoutOf: ({ layouts }, number) => layoutOf(layouts, factoryLayouts, number),
      onFact: (fact) => tellEngineFact(device, fact),
    },
    withPattern(wanted),
    valuesOf(wanted),
  );
  scope.defer(() => engine.close());
  const show = (now: Wanted): void => engine.update(withPattern(now), valuesOf(now));
  return {
    engine,
    show,
    filesChanged() {
      filesRevision++;
      show(device.state().wanted);
    },
  };
}

function sceneValues(wanted: Wanted, timeZone: string | undefined, filesRevision: number): SceneValues {
  const { hall, locale, recording } = wanted;
  return {
    ...metadataOf(wanted),
    hall,
    locale,
    filesRevision,
    ...(timeZone ? { timeZone } : {}),
    ...(recording.startedAtMs === undefined ? {} : { startedAtMs: recording.startedAtMs }),
  };
}
