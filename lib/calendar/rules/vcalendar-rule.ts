/**
 * Recurrence rules of vCalendar 1.0 (versit, 1996, section 2.1.12 "Basic Recurrence Rule Grammar"), which phones, Lotus
 * and old Outlooks write: `W1 MO WE #10` is each Monday and Wednesday, ten times.
 */

/** Frequencies of vCalendar 1.0: their name in RFC 5545, and the BY-part that their numbers are values of. */
const FREQUENCIES = new Map([
  ['D', ['DAILY', undefined]],
  ['W', ['WEEKLY', undefined]],
  ['MP', ['MONTHLY', undefined]],
  ['MD', ['MONTHLY', 'BYMONTHDAY']],
  ['YM', ['YEARLY', 'BYMONTH']],
  ['YD', ['YEARLY', 'BYYEARDAY']],
] as const);

const BEGINNING = /^\s*(?:EXRULE|RRULE)?\s*:?\s*(D|W|MP|MD|YM|YD)(\d{1,5})(?=\s|#|$)/i;
const WORD = {
  weekday: /^(SU|MO|TU|WE|TH|FR|SA)$/,
  place: /^(\d{1,3})([+-])$/,
  clock: /^([01]\d|2[0-3])([0-5]\d)$/,
  number: /^(\d{1,3})(-?)\+?$/,
  count: /^#(\d{1,7})$/,
  end: /^\d{4}-?\d\d-?\d\d/,
};
/** Number of occurrences of a rule that says neither how many nor until when: the grammar's own default. */
const USUAL_COUNT = 2;

/** Parts of a rule that were read up to a word. */
interface Parts {
  days: string[];
  places: string[];
  /** Whether a weekday came behind the places, so that the next place begins a new list. */
  isPlaced: boolean;
  numbers: string[];
  clocks: string[];
  count: string | undefined;
  until: string | undefined;
}

/**
 * A rule of vCalendar 1.0 in the form of RFC 5545; undefined if the text is no such rule, or has no such form: a rule
 * within a rule, another time for each day.
 */
export function modernRule(written: string): string | undefined {
  const found = BEGINNING.exec(written);
  if (!found) return undefined;
  const name = (found[1] ?? '').toUpperCase();
  const [frequency, by] = FREQUENCIES.get(name as 'D') ?? ['', undefined];
  const words = written
    .slice(found[0].length)
    .toUpperCase()
    .replaceAll('$', '')
    .split(/\s+|(?=#)/)
    .filter(Boolean);
  const parts: Parts = {
    days: [],
    places: [],
    isPlaced: false,
    numbers: [],
    clocks: [],
    count: undefined,
    until: undefined,
  };
  const strange = words.filter((word) => !isTaken(word, parts, name));
  const { days, numbers, clocks, count, until } = parts;
  const minutes = new Set(clocks.map((clock) => clock.slice(2)));
  if (strange.length > 0 || minutes.size > 1) return undefined;
  return [
    `FREQ=${frequency}`,
    `INTERVAL=${found[2]}`,
    ...(days.length > 0 ? [`BYDAY=${days.join(',')}`] : []),
    ...(by && numbers.length > 0 ? [`${by}=${numbers.join(',')}`] : []),
    ...(clocks.length > 0 ? [`BYHOUR=${clocks.map((one) => one.slice(0, 2)).join(',')}`] : []),
    ...(clocks.length > 0 ? [`BYMINUTE=${[...minutes].join(',')}`] : []),
    ...(until === undefined ? [] : [`UNTIL=${until}`]),
    ...(count !== undefined && count !== '0' ? [`COUNT=${count}`] : []),
    ...(count === undefined && until === undefined ? [`COUNT=${USUAL_COUNT}`] : []),
  ].join(';');
}

/** Whether a word was taken for one of the parts; a place (`1+`, `2-`) counts for the weekdays behind it. */
function isTaken(word: string, parts: Parts, name: string): boolean {
  const { weekday, place, clock, number, count, end } = WORD;
  const [ofPlace, ofNumber, ofCount] = [place.exec(word), number.exec(word), count.exec(word)];
  if (weekday.test(word) && parts.clocks.length === 0) {
    const places = name === 'MP' && parts.places.length > 0 ? parts.places : [''];
    parts.days.push(...places.map((nth) => nth + word));
    parts.isPlaced = true;
  } else if (name === 'MP' && ofPlace) {
    if (parts.isPlaced) parts.places = [];
    parts.isPlaced = false;
    parts.places.push(`${ofPlace[2] === '-' ? '-' : ''}${Number(ofPlace[1])}`);
  } else if (name === 'MD' && word === 'LD') parts.numbers.push('-1');
  else if (ofCount) parts.count = ofCount[1];
  else if (end.test(word) && !clock.test(word)) parts.until = word;
  else if (clock.test(word)) parts.clocks.push(word);
  else if (ofNumber && name !== 'D' && name !== 'W') parts.numbers.push(`${ofNumber[2]}${Number(ofNumber[1])}`);
  else return false;
  return true;
}
