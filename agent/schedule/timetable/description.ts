import type { Metadata } from '#agent/device/state.ts';
import type { Booking } from '#lib/opencast/calendars/booking.ts';

/** Longest text of a field in characters; longer ones are cut. */
const FIELD = 127;
const DESCRIPTION = 1000;

/**
 * The metadata of a booking, for picture, tags, manifest and file name. Title, presenter, series and identifier are
 * always the booking's, even if empty; the other fields are left out if the booking does not have them, so that the
 * hall's values count.
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
