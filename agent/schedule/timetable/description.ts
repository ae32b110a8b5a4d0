import type { Metadata } from '#agent/device/state.ts';
import type { Booking } from '#lib/opencast/calendars/booking.ts';

/** Length of a field in characters; longer text is cut. */
const FIELD = 127;
const DESCRIPTION = 1000;

/**
 * The metadata of a booking, for picture, tags, manifest and file name. What names a lecture is its own also where it is
 * empty; the rest is left out where the booking says nothing, and is the hall's then.
 */
export function descriptionOf(booking: Booking): Partial<Metadata> {
  const { title, presenters, series, uid, description, language, subject, rights, hall } = booking;
  const told = {
    description: cut(description, DESCRIPTION),
    language: cut(language, FIELD),
    subject: cut(subject, FIELD),
    rights: cut(rights, FIELD),
    coverage: cut(hall, FIELD),
  };
  return {
    title: cut(title, FIELD),
    presenter: cut(presenters.join(', '), FIELD),
    series: cut(series, FIELD),
    identifier: cut(uid, FIELD),
    ...Object.fromEntries(Object.entries(told).filter(([, text]) => text !== '')),
  };
}

function cut(text: string | undefined, limit: number): string {
  const plain = (text ?? '')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return Array.from(plain).slice(0, limit).join('');
}
