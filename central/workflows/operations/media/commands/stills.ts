import { OperationFailed } from '../../../run/operation.ts';

/** A moment of a recording, as a definition names it. */
export interface Moment {
  /** Seconds, or percent of the length. */
  value: number;
  isPercent: boolean;
}

/** Reads moments such as `3` and `50%`. Throws `OperationFailed` for more than 100 percent. */
export const readMoments = (texts: readonly string[]): Moment[] =>
  texts.map((text) => {
    const isPercent = text.endsWith('%');
    const value = Number(isPercent ? text.slice(0, -1) : text);
    if (isPercent && value > 100) throw new OperationFailed(`image: time is ${text}, at most 100% is possible`);
    return { value, isPercent };
  });

/**
 * Seconds of moments of a recording. One that is after its end, or less than the margin before it, becomes the margin before
 * the end, or the beginning of a recording that is shorter.
 */
export const momentsOf = (
  moments: readonly Moment[],
  lengthMs: number,
  marginMs: number,
): { moment: Moment; seconds: number }[] =>
  moments.map((moment) => {
    const atMs = moment.isPercent ? (lengthMs * moment.value) / 100 : moment.value * 1000;
    return { moment, seconds: Math.max(0, Math.min(atMs, lengthMs - Math.max(0, marginMs))) / 1000 };
  });

/** Seconds as an argument of FFmpeg: exact to the millisecond, without zeros at the end. */
export const secondsText = (seconds: number): string => String(Number(seconds.toFixed(3)));

/** Digits after the point that a format may ask for. */
const MOST_DIGITS = 9;

/**
 * Name by a format as Java has it: `%.2f` is the moment with two digits, `%s` the end of the name. Throws `OperationFailed` for
 * other formats, and for one without the end of the name.
 */
export function nameOfStill(format: string, moment: number, suffix: string): string {
  const refused = new OperationFailed(
    `image: ${JSON.stringify(format.slice(0, 80))} is no format of a name: %.3f is the moment, %s the end of the name`,
  );
  const name = format.replaceAll(
    /%(?:(\d*)(?:\.(\d+))?f|(s)|(%)|)/g,
    (whole, width: string, digits = '6', end, percent) => {
      if (percent !== undefined) return '%';
      if (end !== undefined) return suffix;
      if (whole === '%' || Number(digits) > MOST_DIGITS || Number(width) > 20) throw refused;
      const isPadded = width.startsWith('0');
      return moment.toFixed(Number(digits)).padStart(Number(width), isPadded ? '0' : ' ');
    },
  );
  if (!name.endsWith(suffix) || name.includes('/')) throw refused;
  return name;
}
