import { signal } from '@preact/signals';
import { language } from './words.ts';

/** Numbers and times as people read them, in the current language. */

/** The time zone (IANA) in which times are shown, wherever the reader is; the reader's own until it is known. */
export const shownZone = signal<string | undefined>(undefined);

const locale = (): string => (language.value === 'fr' ? 'fr-FR' : 'en-GB');

const two = (value: number): string => String(value).padStart(2, '0');

/** A length of time as `0:04:05`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A length of time as `1 h 30 min` or `4 min 5 s`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const [h, min, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (h > 0) return min > 0 ? `${h} h ${min} min` : `${h} h`;
  return min > 0 ? (s > 0 ? `${min} min ${s} s` : `${min} min`) : `${s} s`;
}

/** A size as `561 MB`, in French `561 Mo`. */
export function bytes(count: number): string {
  const letter = language.value === 'fr' ? 'o' : 'B';
  const units = ['', 'k', 'M', 'G', 'T'];
  const step = Math.min(units.length - 1, count > 0 ? Math.floor(Math.log10(count) / 3) : 0);
  const value = count / 1000 ** step;
  return `${number(value, value < 10 && step > 0 ? 1 : 0)}\u00a0${units[step]}${letter}`;
}

/** A number in the form of the current language, with at most `digits` decimals. */
export const number = (value: number, digits = 0): string =>
  new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);

/** A part (0 to 1) as a percentage. */
export const percent = (part: number): string =>
  new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 0 }).format(part);

/** A time of day as `14:05`. */
export const timeOfDay = (atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale(), { hour: '2-digit', minute: '2-digit', ...zone(timeZone) }).format(atMs);

/** A date and time as `Thu 6 Oct 2016, 10:00`. */
export const dateTime = (atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale(), {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    ...zone(timeZone),
  }).format(atMs);

/** A day as `Thursday 6 October`. */
export const dayName = (atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'long', day: 'numeric', month: 'long', ...zone(timeZone) }).format(atMs);

/** A day as `Thu 6 Oct`. */
export const shortDay = (atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale(), { weekday: 'short', day: 'numeric', month: 'short', ...zone(timeZone) }).format(
    atMs,
  );

/** A time of day as `14:05:09`. */
export const timeWithSeconds = (atMs: number, timeZone?: string): string =>
  new Intl.DateTimeFormat(locale(), { timeStyle: 'medium', ...zone(timeZone) }).format(atMs);

const zone = (given: string | undefined) => {
  const timeZone = given ?? shownZone.value;
  return timeZone ? { timeZone } : {};
};
