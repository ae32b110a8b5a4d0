import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files in which a machine names its time servers: systemd-timesyncd and chrony. */
const FILES = ['etc/systemd/timesyncd.conf', 'etc/chrony/chrony.conf', 'etc/chrony.conf'];
/** Folders with further files that name time servers; all of them count. */
const FOLDERS = [
  'etc/systemd/timesyncd.conf.d',
  'run/systemd/timesyncd.conf.d',
  'etc/chrony/conf.d',
  'etc/chrony/sources.d',
  'etc/chrony.d',
];
const LINE = /^\s*(?:NTP\s*=\s*(.+)|(?:server|pool|peer)\s+(\S+))/gim;
/** Number of servers that are given; more are left out. */
const MOST = 8;
/** Number of files of a folder that are read; more are left out. */
const MOST_FILES = 20;

/** The time servers that the text of a file names (systemd-timesyncd or chrony). Pure. */
export const timeServersIn = (text: string): string[] =>
  [...text.matchAll(LINE)].flatMap(([, list, one]) => (list ?? one ?? '').split(/\s+/).filter(Boolean));

/** The time servers that the machine is set to ask, as far as its files below `root` say. */
export function timeServers(root = '/'): string[] {
  const files = [...FILES, ...FOLDERS.flatMap((folder) => filesIn(root, folder))];
  const named = files.flatMap((file) => orNone(() => timeServersIn(readFileSync(join(root, file), 'utf8'))));
  return [...new Set(named)].slice(0, MOST);
}

const filesIn = (root: string, folder: string): string[] =>
  orNone(() =>
    readdirSync(join(root, folder))
      .filter((name) => /\.(conf|sources)$/.test(name))
      .toSorted()
      .slice(0, MOST_FILES)
      .map((name) => join(folder, name)),
  );

/** The link that systemd makes when amphi-time.path is switched on. */
const SWITCHED_ON = 'etc/systemd/system/multi-user.target.wants/amphi-time.path';

/** Whether the machine is set up to use the time servers that the box names. */
export const takesTimeServers = (root = '/'): boolean =>
  lstatSync(join(root, SWITCHED_ON), { throwIfNoEntry: false }) !== undefined;

/** The result of `read`, or an empty list if it throws. */
function orNone(read: () => string[]): string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
