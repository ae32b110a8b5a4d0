import { mediaPackageElement, type MediaPackage } from '@amphi/lib/opencast/media-package.ts';
import { elementJson, type Typing } from '@amphi/lib/opencast/xml/jettison.ts';

const NUMBERS = new Set('duration size framecount framerate bitrate channels samplingrate'.split(' '));
const TRUTHS = new Set(['live', 'master']);

/** Types of values: measures are numbers; names and other texts stay texts, even if they look like numbers. */
export const typedMeasures: Typing = (name, text) => {
  if (TRUTHS.has(name)) return text === 'true';
  return NUMBERS.has(name) && text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
};

/** Media package as JSON (facts/opencast 1.1, 3.3). */
export const mediaPackageJson = (of: MediaPackage): unknown => elementJson(mediaPackageElement(of), typedMeasures);
