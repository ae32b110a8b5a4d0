import type { Size } from '#lib/media/geometry.ts';
import { SLIDE_BODIES } from './slide-bodies.ts';
import type { I420 } from './i420.ts';
import { escapeXml, renderPicture } from './render.ts';
import type { Painter } from './stamp.ts';

/** Opens the slides of a lecture. They change by the clock, so that the time shows which slide it is. */
export async function openSlides(size: Size, options: { everyMs?: number; hall?: string } = {}): Promise<Painter> {
  const everyMs = options.everyMs ?? 8000;
  const slides: I420[] = [];
  // Slides are rendered one after the other, since a starting hall must not use all processors.
  for (const [at, body] of SLIDE_BODIES.entries())
    slides.push(await renderPicture(frame(options.hall ?? 'Amphi D', at, body), size));
  return {
    size,
    paint(into, clockMs) {
      into.data.set((slides[Math.floor(clockMs / everyMs) % slides.length] as I420).data);
    },
  };
}

function frame(hall: string, at: number, body: string): string {
  return `
    <rect width="1280" height="720" fill="#fdfdfb"/>
    <rect width="1280" height="76" fill="#14305c"/>
    <rect y="76" width="1280" height="4" fill="#c8102e"/>
    <text x="32" y="48" font-size="26" font-weight="bold" fill="#fff">${escapeXml(hall)}</text>
    <text x="1248" y="46" font-size="20" fill="#c9d6ee" text-anchor="end">PAES 2016 · S2 · UE 3</text>
    ${body}
    <rect y="608" width="1280" height="112" fill="#14305c"/>
    <text x="32" y="658" font-size="17" fill="#c9d6ee">Faculté de</text>
    <text x="32" y="682" font-size="17" fill="#c9d6ee">médecine</text>
    <text x="1248" y="672" font-size="22" fill="#fff" text-anchor="end">${at + 1} / ${SLIDE_BODIES.length}</text>`;
}
