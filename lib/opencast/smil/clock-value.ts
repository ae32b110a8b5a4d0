/** Milliseconds of a unit of a time count. */
const UNITS: ReadonlyMap<string, number> = new Map([
  ['ms', 1],
  ['s', 1000],
  ['min', 60_000],
  ['h', 3_600_000],
  ['', 1000],
]);
const COUNT = /^\+?(\d{1,10}(?:\.\d{1,9})?)(ms|s|min|h|)$/;
const CLOCK = /^\+?(?:(\d{1,4}):)?([0-5]\d):([0-5]\d(?:\.\d{1,9})?)$/;

/**
 * Milliseconds of a clock value of SMIL 3.0: `4029ms`, `4.029s`, `1.5min`, `2h`, `4.029` (seconds), `01:12:04.029`, `12:04`;
 * `npt=` may stand before it. Undefined: it is none. The result may have a fraction.
 */
export function parseClockValue(text: string): number | undefined {
  const value = text.trim().replace(/^npt=/, '');
  const [, count, unit = ''] = COUNT.exec(value) ?? [];
  if (count !== undefined) return Number(count) * (UNITS.get(unit) ?? 1000);
  const [whole, hours = '0', minutes, seconds] = CLOCK.exec(value) ?? [];
  if (whole === undefined) return undefined;
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
}
