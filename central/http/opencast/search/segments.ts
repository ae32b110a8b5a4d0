import { elementJson, type Typing } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement, type XmlNode } from '@amphi/lib/opencast/xml/xml.ts';
import { addressOf } from '../../../catalogue/files.ts';
import type { ShownFile } from '../../../catalogue/media-package.ts';
import { pictureOfSlide, slidePictures } from '../../../publication/player.ts';
import type { FoundEpisode } from '../../../catalogue/search/found-episodes.ts';

/** Slides of an episode as search answers name them: segments with time, text and a picture (facts/opencast 3.3). */

const SEARCH = 'http://search.opencastproject.org/';

const of = (name: string, children: readonly (XmlNode | undefined)[], attributes = {}): XmlElement =>
  element(SEARCH, name, attributes, children);

/** Slides of an episode as XML; undefined: it has none. */
export function segmentsElement({ slides = [], files }: FoundEpisode, base: string): XmlElement | undefined {
  if (slides.length === 0) return undefined;
  const pictures = slidePictures(files);
  return of(
    'segments',
    slides.map(({ startMs, durationMs, text, isHit }, n) =>
      of(
        'segment',
        [of('text', [text]), of('previews', previewOf(pictureOfSlide(pictures, startMs, n, slides.length), base))],
        {
          index: String(n),
          time: String(startMs),
          duration: String(durationMs),
          relevance: isHit ? '1' : '0',
          hit: String(isHit),
        },
      ),
    ),
  );
}

function previewOf(found: ShownFile | undefined, base: string): XmlElement[] {
  if (!found) return [];
  const [type = ''] = found.flavor.split('/');
  return [of('preview', [addressOf(base, found)], { type, ref: found.id })];
}

const NUMBERS = new Set(['index', 'time', 'duration', 'relevance']);
const typed: Typing = (name, text) => {
  if (name === 'hit') return text === 'true';
  return NUMBERS.has(name) ? Number(text) : text;
};

/** Slides of an episode as JSON, numbers as numbers; undefined: it has none. */
export function segmentsJson(episode: FoundEpisode, base: string): unknown {
  const segments = segmentsElement(episode, base);
  return segments && elementJson(segments, typed);
}
