import { readFileSync } from 'node:fs';

/** Files in which a machine names its time servers: systemd-timesyncd and chrony. */
const FILES = ['/etc/systemd/timesyncd.conf', '/etc/chrony/chrony.conf', '/etc/chrony.conf'];
const LINE = /^\s*(?:NTP\s*=\s*(.+)|(?:server|pool|peer)\s+(\S+))/gim;
/** Servers that are shown; more are left out. */
const MOST = 8;

/** The time servers in the text of such a file. Pure. */
export const timeServersIn = (text: string): string[] =>
  [...text.matchAll(LINE)].flatMap(([, list, one]) => (list ?? one ?? '').split(/\s+/).filter(Boolean));

/** The time servers that the machine is set to ask, as far as its files say. */
export function timeServers(): string[] {
  return FILES.flatMap((file) => {
    try {
      return timeServersIn(readFileSync(file, 'utf8'));
    } catch {
      return [];
    }
  }).slice(0, MOST);
}
