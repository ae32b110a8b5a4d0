import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { percentDecoded } from '#lib/runtime/texts/percent.ts';

/**
 * Secrets of SRT, which FFmpeg speaks itself, are given to it in a file without a name, since everybody on the machine
 * can read a program's arguments.
 */

/** An SRT address without its secrets, and the secrets as options of FFmpeg's SRT. */
export interface HiddenOptions {
  url: string;
  options: readonly (readonly [name: string, value: string])[];
}

/** Parameters of an SRT address that are secrets. */
const SECRET = new Set(['passphrase', 'streamid', 'srt_streamid']);

/** Takes the secrets out of an SRT address; undefined if it has none, or if they cannot be written in a line. */
export function hiddenOptions(url: string): HiddenOptions | undefined {
  const [, place = '', query = ''] = /^(srt:\/\/[^?#]*)\?([^#]*)/i.exec(url) ?? [];
  const parameters = query.split('&').map((part) => {
    const equals = part.indexOf('=');
    return { part, name: part.slice(0, Math.max(0, equals)), value: part.slice(equals + 1) };
  });
  const options = parameters
    .filter(({ name }) => SECRET.has(name))
    .map(({ name, value }) => [name, meant(name, value)] as const);
  if (options.length === 0 || options.some(([, value]) => /[\r\n\0]/.test(value))) return undefined;
  const rest = parameters.filter(({ name }) => !SECRET.has(name)).map(({ part }) => part);
  return { url: rest.length > 0 ? `${place}?${rest.join('&')}` : place, options };
}

/** The value that FFmpeg reads from a parameter: `+` is a blank, and in a stream's name `%41` is decoded. */
function meant(name: string, value: string): string {
  const plain = value.replaceAll('+', ' ');
  return name === 'passphrase' ? plain : percentDecoded(plain);
}

/** The options as a preset of FFmpeg (`-fpre`), for an output. */
export const asPreset = ({ options }: HiddenOptions): string =>
  options.map(([name, value]) => `${name}=${value}\n`).join('');

/** The address and its options as a list for FFmpeg (`-f concat`), for an input; `more` are options of that demuxer. */
export const asList = ({ url, options }: HiddenOptions, more: readonly (readonly [string, string])[]): string =>
  [
    'ffconcat version 1.0',
    `file ${quoted(url)}`,
    ...[...options, ...more].map(([name, value]) => `option ${name} ${quoted(value)}`),
    '',
  ].join('\n');

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** An open file without a name. */
export interface NamelessFile {
  /** File descriptor, which stands at the beginning of the file; a child gets it as one of its files. */
  fd: number;
  close(): Promise<void>;
}

/** Folders in which it may be made: the usual one, and one in memory, in case the first is full. */
const FOLDERS = [tmpdir(), '/dev/shm'];

/**
 * Opens a file that has this text and no name in any folder. A program that gets its descriptor reads it from the
 * beginning. Undefined if it can be made in none of the folders.
 */
export async function openNamelessFile(text: string): Promise<NamelessFile | undefined> {
  for (const folder of FOLDERS) {
    const made = await namelessIn(folder, text).catch(() => undefined);
    if (made) return made;
  }
  return undefined;
}

async function namelessIn(folder: string, text: string): Promise<NamelessFile> {
  const path = join(folder, `amphi-${randomBytes(12).toString('hex')}`);
  const file = await open(path, 'wx+', 0o600);
  try {
    await rm(path);
    await file.write(text, 0);
  } catch (error) {
    await file.close();
    throw error;
  }
  return { fd: file.fd, close: () => file.close() };
}
