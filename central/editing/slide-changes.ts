import { childNamed, elementsOf, textOf, XmlError, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { parseXml } from '@amphi/lib/opencast/xml/xml-read.ts';

/** A slide of a recording: times in milliseconds, and the first line of its text. */
export interface SlideChange {
  start: number;
  end: number;
  title: string;
}

/** Slides that are shown; further ones of a catalog are left out. */
const MOST_SLIDES = 5000;
/** Characters of a title; the rest is left out. */
const MOST_TITLE_CHARS = 120;

/** The slides of an MPEG-7 catalog (`mpeg-7/segments` or `mpeg-7/text`), in order. Throws `XmlError`. */
export function slidesIn(text: string): SlideChange[] {
  const found: SlideChange[] = [];
  const look = (one: XmlElement): void => {
    if (found.length >= MOST_SLIDES) return;
    if (one.name === 'VideoSegment') {
      const slide = slideOf(one);
      if (slide) found.push(slide);
    } else for (const child of elementsOf(one)) look(child);
  };
  look(parseXml(text));
  return found.toSorted((one, other) => one.start - other.start);
}

function slideOf(segment: XmlElement): SlideChange | undefined {
  const time = childNamed(segment, 'MediaTime');
  const [point, length] = time ? elementsOf(time).map((one) => textOf(one)) : [];
  const start = pointMs(point ?? '');
  const lasts = durationMs(length ?? '');
  if (start === undefined || lasts === undefined) return undefined;
  return { start, end: start + lasts, title: firstText(segment)?.slice(0, MOST_TITLE_CHARS) ?? '' };
}

function firstText(one: XmlElement): string | undefined {
  if (one.name === 'Text') return textOf(one).split('\n')[0];
  for (const child of elementsOf(one)) {
    const text = firstText(child);
    if (text) return text;
  }
  return undefined;
}

/** Milliseconds of a time point such as `T00:01:05:89F1000`. */
function pointMs(text: string): number | undefined {
  const [, h, m, s, part, of] = /^T(\d{1,4}):(\d{1,2}):(\d{1,2})(?::(\d{1,9})F(\d{1,9}))?$/.exec(text) ?? [];
  return h === undefined ? undefined : msOf(h, m, s, part, of);
}

/** Milliseconds of a duration such as `PT01H30M00S` or `PT02S739N1000F`. */
function durationMs(text: string): number | undefined {
  const [all, h, m, s, part, of] =
    /^PT(?:(\d{1,4})H)?(?:(\d{1,4})M)?(?:(\d{1,6})S)?(?:(\d{1,9})N(\d{1,9})F)?$/.exec(text) ?? [];
  return all === undefined ? undefined : msOf(h, m, s, part, of);
}

const msOf = (h = '0', m = '0', s = '0', part = '0', of = '1000'): number =>
  ((Number(h) * 60 + Number(m)) * 60 + Number(s)) * 1000 + Math.round((Number(part) / Math.max(1, Number(of))) * 1000);

/** The slides of a catalog; none where it cannot be read. */
export function slidesOrNone(text: string): SlideChange[] {
  try {
    return slidesIn(text);
  } catch (error) {
    if (error instanceof XmlError) return [];
    throw error;
  }
}
