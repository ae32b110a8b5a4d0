/** Formats in which FTP shows files and reads arguments (RFC 959, RFC 3659). Pure. */
import { posix } from 'node:path';
import type { Entry } from '../files/file-tree.ts';
import { longName } from '../ssh/sftp-packets.ts';

/** What an account may do with an entry. */
export interface Permitted {
  store: boolean;
  remove: boolean;
}

/** A time in UTC as `20261120130000`. */
export const timeValue = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '');

/** Reads a time in the form of `timeValue`; undefined for other text. */
export function readTimeValue(text: string): number | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?$/.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1).map(Number);
  const ms = Date.UTC(year, month - 1, day, hour, minute, second);
  return timeValue(ms) === text.slice(0, 14) ? ms : undefined;
}

/** A line of MLSD: `type=file;size=3;modify=20261120130000;perm=r; name`. */
export function factsLine(entry: Entry, name: string, { store, remove }: Permitted): string {
  const isFolder = entry.kind === 'folder';
  const perm = isFolder
    ? `el${store ? 'cm' : ''}${remove ? 'dfp' : ''}`
    : `r${store ? 'aw' : ''}${remove ? 'd' : ''}${store && remove ? 'f' : ''}`;
  const size = isFolder ? '' : `size=${entry.sizeBytes};`;
  return `type=${isFolder ? 'dir' : 'file'};${size}modify=${timeValue(entry.modifiedMs)};perm=${perm}; ${name}`;
}

/** A line of `ls -l`. */
export const listLine = (entry: Entry, { store }: Permitted): string => longName({ ...entry, writable: store });

/** The argument of LIST without options of `ls`, which have no meaning in FTP: `-la logos` is `logos`. */
export const withoutOptions = (argument: string): string =>
  argument.replace(/^(-[a-zA-Z]+\s*)+(?=\s|$|[^-])/, '').trim();

/** Splits a path such as `logos/*.png` into folder and pattern; without a pattern the whole path is the folder. */
export function splitPattern(argument: string): { folder: string; pattern: string | undefined } {
  const last = posix.basename(argument);
  if (!/[*?]/.test(last)) return { folder: argument, pattern: undefined };
  return { folder: argument.slice(0, argument.length - last.length), pattern: last };
}

/** A path in quotes; quotes inside are doubled (RFC 959, appendix II). */
export const quoted = (path: string): string => `"${path.replaceAll('"', '""')}"`;

/** Reads `h1,h2,h3,h4,p1,p2` of PORT; undefined for other text. */
export function readPort(argument: string): { address: string; port: number } | undefined {
  const numbers = /^(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3}),(\d{1,3})$/.exec(argument)?.slice(1).map(Number);
  if (!numbers || numbers.some((number) => number > 255)) return undefined;
  const [high = 0, low = 0] = numbers.slice(4);
  return { address: numbers.slice(0, 4).join('.'), port: high * 256 + low };
}

/** Reads `|1|132.235.1.2|6275|` of EPRT (RFC 2428); undefined for other text. */
export function readExtendedPort(argument: string): { address: string; port: number } | undefined {
  const mark = argument.charAt(0);
  const [, protocol, address, port, after] = mark === '' ? [] : argument.split(mark);
  if (after !== '' || !address || !port || !/^[12]$/.test(protocol ?? '') || !/^\d{1,5}$/.test(port)) return undefined;
  return Number(port) <= 65535 ? { address, port: Number(port) } : undefined;
}
