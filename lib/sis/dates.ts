import type { Codec } from './codecs.ts';
import { codec } from './codecs.ts';

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (n: number) => String(n).padStart(2, '0');

/** A wall clock time without a zone: `2026-07-13T08:16:21`. */
export type LocalTime = string;

function localTime(year: number, month: number, day: number, clock: string): LocalTime | undefined {
  const text = `${year}-${two(month)}-${two(day)}T${clock}`;
  const at = new Date(`${text}Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text) ? text : undefined;
}

/** The wall clock at a moment in an IANA zone. Throws RangeError if there is no such zone. */
export function localTimeIn(atMs: number, iana: string): LocalTime {
  const text = new Intl.DateTimeFormat('sv-SE', { timeZone: iana, dateStyle: 'short', timeStyle: 'medium' });
  return text.format(atMs).replace(' ', 'T');
}

/** Date and time as the device writes them, always in English: `Mon, 13 Jul 2026 08:16:21` (facts/smp351 1.2). */
export function wireDate(local: LocalTime): string {
  const at = new Date(`${local}Z`);
  const date = `${two(at.getUTCDate())} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${days[at.getUTCDay()]}, ${date} ${local.slice(11, 19)}`;
}

/** Reads the text of `wireDate`; undefined for other text. */
export function readWireDate(text: string): LocalTime | undefined {
  const found = /^\w{3}, (\d{2}) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d)$/.exec(text);
  const month = months.indexOf(found?.[2] ?? '') + 1;
  return found ? localTime(Number(found[3]), month, Number(found[1]), found[4] ?? '') : undefined;
}

/** Date and time: a command has `07/13/26-08:16:21`, a reply `Mon, 13 Jul 2026 08:16:21`. */
export const dateTime: Codec<LocalTime> = codec<LocalTime>({
  shape: '[\\d/]+-[\\d:]+',
  replyShape: '\\w{3}, \\d{2} \\w{3} \\d{4} [\\d:]{8}',
  decode(text) {
    const found = /^(\d\d)\/(\d\d)\/(\d\d)-(\d\d:\d\d:\d\d)$/.exec(text);
    return found ? localTime(2000 + Number(found[3]), Number(found[1]), Number(found[2]), found[4] ?? '') : undefined;
  },
  encode: wireDate,
  read: readWireDate,
  write: (local) => `${local.slice(5, 7)}/${local.slice(8, 10)}/${local.slice(2, 4)}-${local.slice(11, 19)}`,
  toWords: wireDate,
  describe: 'MM/DD/YY-HH:MM:SS',
  sample: (random) => `20${two(Math.floor(random() * 90) + 10)}-07-13T08:${two(Math.floor(random() * 60))}:21`,
  wrong: ['13/01/26-00:00:00', '02/30/26-00:00:00', '01/01/26-25:00:00'],
});

/** A length of time as `HH:MM:SS`; hours may have more than two digits (facts/smp351 2.1, 36I). */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60].map(two).join(':');
}

/** Reads `824:27:00`; gives milliseconds, or undefined for other text. */
export function readClock(text: string): number | undefined {
  const found = /^(\d{2,6}):([0-5]\d):([0-5]\d)$/.exec(text);
  return found ? ((Number(found[1]) * 60 + Number(found[2])) * 60 + Number(found[3])) * 1000 : undefined;
}

/** A length of time: milliseconds here, `HH:MM:SS` on the wire. */
export const duration: Codec<number> = codec<number>({
  shape: '\\d+:\\d\\d:\\d\\d',
  decode: readClock,
  encode: clockText,
  describe: 'HH:MM:SS',
});

/** A time-out: milliseconds here, tens of seconds in five digits on the wire (facts/smp351 1.5). */
export const tensOfSeconds: Codec<number> = codec<number>({
  shape: '\\d+',
  decode(text) {
    const tens = /^\d{1,9}$/.test(text) ? Number(text) : 0;
    return tens >= 1 && tens <= 65000 ? tens * 10_000 : undefined;
  },
  encode: (ms) => String(Math.round(ms / 10_000)),
  toWords: (ms) => `${ms / 1000} s`,
  describe: '1 to 65000, in tens of seconds',
  sample: (random) => (1 + Math.floor(random() * 65000)) * 10_000,
  wrong: ['0', '65001'],
});
