import type { NumberPart, Rule, WeekDay } from './rule-text.ts';

/**
 * The periods of a rule (hours, days, weeks, months, years), and the days that a rule names in a period. All times are
 * wall times.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const dayOf = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;
const weekOf = (ms: number, weekStart: number): number =>
  dayOf(ms) - ((new Date(ms).getUTCDay() - weekStart + 7) % 7) * DAY_MS;
const monthsOf = (ms: number): number => new Date(ms).getUTCFullYear() * 12 + new Date(ms).getUTCMonth();

const monthStart = (months: number): number => Date.UTC(Math.floor(months / 12), months % 12);

/** The beginning of the n-th period from that of the first start. */
export function periodStart({ frequency, interval, weekStart }: Rule, firstMs: number, n: number): number {
  const steps = n * interval;
  switch (frequency) {
    case 'HOURLY':
      return Math.floor(firstMs / HOUR_MS) * HOUR_MS + steps * HOUR_MS;
    case 'DAILY':
      return dayOf(firstMs) + steps * DAY_MS;
    case 'WEEKLY':
      return weekOf(firstMs, weekStart) + steps * 7 * DAY_MS;
    case 'MONTHLY':
      return monthStart(monthsOf(firstMs) + steps);
    case 'YEARLY':
      return Date.UTC(new Date(firstMs).getUTCFullYear() + steps, 0);
  }
}

/** The number of the last period that begins before or at a moment. */
export function periodAt({ frequency, interval, weekStart }: Rule, firstMs: number, atMs: number): number {
  const lengths = {
    HOURLY: () => (atMs - firstMs) / HOUR_MS,
    DAILY: () => (dayOf(atMs) - dayOf(firstMs)) / DAY_MS,
    WEEKLY: () => (weekOf(atMs, weekStart) - weekOf(firstMs, weekStart)) / (7 * DAY_MS),
    MONTHLY: () => monthsOf(atMs) - monthsOf(firstMs),
    YEARLY: () => new Date(atMs).getUTCFullYear() - new Date(firstMs).getUTCFullYear(),
  };
  const steps = lengths[frequency]() / interval;
  return Number.isFinite(steps) ? Math.floor(steps) : 0;
}

/** The days that a rule names in its n-th period, as their midnights, in order. */
export function datesIn(rule: Rule, firstMs: number, n: number): number[] {
  const startMs = periodStart(rule, firstMs, n);
  switch (rule.frequency) {
    case 'HOURLY':
    case 'DAILY':
      return [dayOf(startMs)].filter((ms) => isNamed(rule, ms));
    case 'WEEKLY': {
      const { days } = rule;
      const own = [{ nth: 0, day: new Date(firstMs).getUTCDay() }];
      const weekly = { ...rule, days: days.length > 0 ? days : own };
      return daysFrom(startMs, 7).filter((ms) => isNamed(weekly, ms));
    }
    case 'MONTHLY':
      return daysFrom(startMs, daysOfMonth(startMs)).filter((ms) => isNamed(withOwnDay(rule, firstMs), ms));
    case 'YEARLY': {
      const yearly = withOwnDay(rule, firstMs);
      const months = monthsLookedAt(yearly);
      return months
        .flatMap((month) => {
          const monthMs = Date.UTC(new Date(startMs).getUTCFullYear(), month);
          return daysFrom(monthMs, daysOfMonth(monthMs));
        })
        .filter((ms) => isNamed(yearly, ms));
    }
  }
}

const daysFrom = (ms: number, count: number): number[] => Array.from({ length: count }, (_, n) => ms + n * DAY_MS);

const daysOfMonth = (ms: number): number => {
  const date = new Date(ms);
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
};

const monthsLookedAt = ({ by }: Rule): number[] =>
  by.BYMONTH.length > 0 ? by.BYMONTH.map((month) => month - 1) : Array.from({ length: 12 }, (_, n) => n);

/** A rule with the day of its first start, if it is a rule of months or years that names no day. */
function withOwnDay(rule: Rule, firstMs: number): Rule {
  const { by, days, frequency } = rule;
  const first = new Date(firstMs);
  const says = (name: NumberPart): boolean => by[name].length > 0;
  if (days.length > 0 || says('BYMONTHDAY') || says('BYYEARDAY')) return rule;
  if (says('BYWEEKNO')) return { ...rule, days: [{ nth: 0, day: first.getUTCDay() }] };
  const month = frequency === 'YEARLY' && !says('BYMONTH') ? { BYMONTH: [first.getUTCMonth() + 1] } : {};
  return { ...rule, by: { ...by, ...month, BYMONTHDAY: [first.getUTCDate()] } };
}

function isNamed(rule: Rule, ms: number): boolean {
  const { by, days } = rule;
  const date = new Date(ms);
  const [month, monthDay] = [date.getUTCMonth() + 1, date.getUTCDate()];
  if (by.BYMONTH.length > 0 && !by.BYMONTH.includes(month)) return false;
  if (by.BYMONTHDAY.length > 0 && !hasPlace(by.BYMONTHDAY, monthDay, daysOfMonth(ms))) return false;
  if (by.BYYEARDAY.length > 0 && !isYearDay(by.BYYEARDAY, ms)) return false;
  if (by.BYWEEKNO.length > 0 && !isWeek(rule, ms)) return false;
  return days.length === 0 || days.some((day) => isWeekDay(day, rule, ms));
}

/** Whether a place, counted from 1 or from the end, is among the wanted ones. */
const hasPlace = (wanted: readonly number[], place: number, length: number): boolean =>
  wanted.includes(place) || wanted.includes(place - length - 1);

function isYearDay(wanted: readonly number[], ms: number): boolean {
  const [year, length] = yearOf(ms);
  return hasPlace(wanted, (ms - year) / DAY_MS + 1, length);
}

function yearOf(ms: number): [startMs: number, days: number] {
  const year = new Date(ms).getUTCFullYear();
  const startMs = Date.UTC(year, 0);
  return [startMs, (Date.UTC(year + 1, 0) - startMs) / DAY_MS];
}

/**
 * Whether a day is in one of the weeks that BYWEEKNO names. The first week of a year is the first with at least four
 * days in it.
 */
function isWeek({ by, weekStart }: Rule, ms: number): boolean {
  const firstWeek = (year: number): number => weekOf(Date.UTC(year, 0, 4), weekStart);
  const year = new Date(ms).getUTCFullYear();
  if (ms < firstWeek(year) || ms >= firstWeek(year + 1)) return false;
  const weeks = (firstWeek(year + 1) - firstWeek(year)) / (7 * DAY_MS);
  return hasPlace(by.BYWEEKNO, Math.floor((ms - firstWeek(year)) / (7 * DAY_MS)) + 1, weeks);
}

function isWeekDay({ nth, day }: WeekDay, { frequency, by }: Rule, ms: number): boolean {
  const date = new Date(ms);
  if (date.getUTCDay() !== day) return false;
  if (nth === 0) return true;
  const ofMonth = frequency === 'MONTHLY' || by.BYMONTH.length > 0;
  const [yearMs, yearDays] = yearOf(ms);
  const [place, length] = ofMonth ? [date.getUTCDate(), daysOfMonth(ms)] : [(ms - yearMs) / DAY_MS + 1, yearDays];
  const fromStart = Math.ceil(place / 7);
  const fromEnd = -Math.ceil((length - place + 1) / 7);
  return nth === fromStart || nth === fromEnd;
}
