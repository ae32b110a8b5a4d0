import type { Metadata } from '#agent/device/state.ts';
import type { Booking } from '#lib/opencast/calendars/booking.ts';

/** Fields of a description are so long at most; what is longer is cut at a character. */
const FIELD = 127;
const DESCRIPTION = 1000;

/** What the picture, the tags, the manifest and the file name say of a booking. */
export function descriptionOf(booking: Booking): Partial<Metadata> {
  const { title, presenters, series, uid, description, language, subject, rights, hall } = booking;
  return {
    title: cut(title, FIELD),
    presenter: cut(presenters.join(', '), FIELD),
    series: cut(series, FIELD),
    identifier: cut(uid, FIELD),
    description: cut(description, DESCRIPTION),
    language: cut(language, FIELD),
    subject: cut(subject, FIELD),
    rights: cut(rights, FIELD),
    coverage: cut(hall, FIELD),
  };
}

function cut(text: string | undefined, limit: number): string {
  const plain = (text ?? '')
    .replaceAll(/\s*[\r\n]+\s*/g, ' ')
    .replaceAll(/\p{Cc}/gu, '')
    .trim();
  return Array.from(plain).slice(0, limit).join('');
}
