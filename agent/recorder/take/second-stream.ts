import type { Recording, SecondStream } from '#agent/device/recording.ts';
import type { PartsCatalog } from './take-parts.ts';

/**
 * The stream of channel B as a recording of its own, which a take can fill. Parts, chapters, breaks and state are its
 * own; name and metadata are those of `info`, which keeps it as its second stream. It has no end of its own.
 */
export function secondOf(info: Recording): Recording {
  const { endsAtMs: _, ...shared } = info;
  const second: SecondStream = info.second ?? { parts: [], chapters: [], breaks: [] };
  info.second = second;
  return {
    ...shared,
    status: 'setup',
    thumbnails: [],
    get base() {
      return info.base;
    },
    get metadata() {
      return info.metadata;
    },
    get foreign() {
      return info.foreign ?? [];
    },
    set foreign(names) {
      info.foreign = names;
    },
    get parts() {
      return second.parts;
    },
    set parts(parts) {
      second.parts = parts;
    },
    get chapters() {
      return second.chapters;
    },
    set chapters(chapters) {
      second.chapters = chapters;
    },
    get layouts() {
      return second.layouts ?? [];
    },
    set layouts(layouts) {
      second.layouts = layouts;
    },
    get breaks() {
      return second.breaks;
    },
  };
}

/**
 * The catalog for the take of channel B: when its recording changes, the manifest of the whole recording is written and
 * reported.
 */
export const catalogOfSecond = (catalog: PartsCatalog, info: Recording): PartsCatalog => ({
  hasBase: (base) => catalog.hasBase(base),
  changed: () => catalog.changed(info),
  writeInto: (folder) => catalog.writeInto(folder, info),
});
