/** Pictures and times: the editor counts pictures, the server milliseconds, the browser's video seconds. */

/** Number of the picture that is shown at a time in milliseconds, for a rate in pictures a second. */
export const frameOfMs = (ms: number, rate: number): number => Math.round((ms * rate) / 1000);

/**
 * Begin of a picture in whole milliseconds. `frameOfMs` gives the same picture again for every rate below 1000: rounding
 * moves the time by half a millisecond at most.
 */
export const msOfFrame = (frame: number, rate: number): number => Math.round((frame * 1000) / rate);

/** Time in seconds at which a video shows a picture: its middle, since the begin of one may still show the one before. */
export const secondsToShow = (frame: number, rate: number): number => (frame + 0.5) / rate;

/** Picture that a video shows at a time in seconds. */
export const frameShown = (seconds: number, rate: number): number => Math.floor(seconds * rate + 1e-6);

const two = (value: number): string => String(value).padStart(2, '0');

/** A picture as a time code, `0:04:05:12`: hours, minutes, seconds, and the picture within its second. */
export function timeCode(frame: number, rate: number): string {
  const second = Math.floor(frame / rate + 1e-9);
  const within = frame - Math.ceil(second * rate - 1e-9);
  return `${clockOf(second)}:${two(within)}`;
}

/** Whole seconds as `0:04:05`. */
const clockOf = (second: number): string =>
  `${Math.floor(second / 3600)}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}`;

/** A picture as a time in whole seconds, `0:04:05`. */
export const clockTime = (frame: number, rate: number): string => clockOf(Math.floor(frame / rate + 1e-9));

/** A time in milliseconds as `0:04:05.250`. */
export const exactTime = (ms: number): string =>
  `${clockOf(Math.floor(ms / 1000))}.${String(Math.floor(ms % 1000)).padStart(3, '0')}`;

/** Longest text that is read as a time; a longer one is none. */
const MOST_CHARS = 20;

/**
 * Picture of a time that was typed: `4:05`, `1:04:05`, `65`, `4:05.2`, or with the picture within its second,
 * `0:04:05:12`. Undefined: the text is no time.
 */
export function frameTyped(text: string, rate: number): number | undefined {
  const typed = text.trim().replace(',', '.');
  if (typed.length > MOST_CHARS || !/^\d+(:\d{1,2}){0,2}(\.\d+)?$|^\d+:\d{1,2}:\d{1,2}:\d{1,3}$/.test(typed))
    return undefined;
  const parts = typed.split(':').map(Number);
  if (parts.length === 4) {
    const within = parts.pop() ?? 0;
    if (!Number.isInteger(within) || within >= rate) return undefined;
    return Math.ceil(secondsOf(parts) * rate - 1e-9) + within;
  }
  return Math.round(secondsOf(parts) * rate);
}

/** Milliseconds of a time that was typed: `4:05`, `1:04:05.250`. Undefined: the text is no time. */
export function msTyped(text: string): number | undefined {
  const typed = text.trim().replace(',', '.');
  if (typed.length > MOST_CHARS || !/^\d+(:\d{1,2}){0,2}(\.\d+)?$/.test(typed)) return undefined;
  return Math.round(secondsOf(typed.split(':').map(Number)) * 1000);
}

const secondsOf = (parts: readonly number[]): number => parts.reduce((sum, part) => sum * 60 + part, 0);
