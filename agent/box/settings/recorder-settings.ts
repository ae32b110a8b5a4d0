import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '#firmware-config/schema/config.ts';
import { RECORDER_DEFAULTS, type RecorderSettings } from '#agent/recorder/settings.ts';

const MB = 1024 * 1024;

/**
 * The recorder's settings, from the configuration. If no destination is configured, recordings go to the data folder.
 */
export function recorderSettings(
  config: Config,
  hall: string,
  version: string,
  thumbnailPx: () => number,
): RecorderSettings {
  const { recordings, data, timeZone } = config;
  const destinations = recordings.destinations ?? [
    { name: 'internal', folder: join(data, 'recordings'), mustBeMount: false, minFreeMB: 100, maxMB: undefined },
  ];
  return {
    ...RECORDER_DEFAULTS,
    thumbnails: {
      ...RECORDER_DEFAULTS.thumbnails,
      // The width is read for each thumbnail, since it may change while the box runs.
      get widthPx() {
        return thumbnailPx();
      },
    },
    identity: { hall, device: `Amphi ${hall}`, deviceId: hostname(), version },
    destinations: destinations.map(({ name, folder, mustBeMount, minFreeMB, maxMB }) => ({
      name,
      folder,
      mustBeMount,
      minFreeBytes: minFreeMB * MB,
      ...(maxMB === undefined ? {} : { maxBytes: maxMB * MB }),
    })),
    ...(recordings.pattern === undefined ? {} : { pattern: recordings.pattern }),
    ...(recordings.titleLimit === undefined ? {} : { titleLimit: recordings.titleLimit }),
    ...(recordings.maxFileMB === undefined ? {} : { maxFileBytes: recordings.maxFileMB * MB }),
    ...(timeZone ? { timeZone } : {}),
    disk: {
      ...RECORDER_DEFAULTS.disk,
      ...(recordings.warnFreePercent === undefined ? {} : { warnFreePercent: recordings.warnFreePercent }),
      ...(recordings.cleanFreePercent === undefined ? {} : { cleanFreePercent: recordings.cleanFreePercent }),
    },
  };
}
