import { Command } from 'commander';
import { constants } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { timeServers } from '#firmware-config/schema/machine/time-servers.ts';
import { writeFileAtomically } from '#lib/runtime/files.ts';

/** Limit of the file's size in bytes: eight names always fit. A larger file is refused. */
const MOST_BYTES = 4096;

/**
 * The command `amphi time-servers FROM TO`, which docs/amphi-time.service runs as root. It reads the names of time
 * servers from a file of the box, which has no rights on the machine, and writes them in the form of systemd-timesyncd.
 */
export const timeCommand = (): Command =>
  new Command('time-servers')
    .description('write the time servers that a box names as systemd-timesyncd reads them; run by amphi-time.service')
    .argument('<from>', 'file of the box')
    .argument('<to>', 'file below timesyncd.conf.d')
    .action(async (from: string, to: string) => console.log(await applyTimeServers(from, to)));

/**
 * Writes the names in the file `from` into `to`; without names `to` is removed. Gives a sentence that says what was
 * done. Throws if `from` is no plain file of valid names: the box that wrote it is not trusted, so no link is followed
 * and only names are accepted.
 */
export async function applyTimeServers(from: string, to: string): Promise<string> {
  const names = timeServers.safeParse((await textOf(from)).trim());
  if (!names.success) throw new Error(`${from}: ${names.error.issues.map(({ message }) => message).join('; ')}`);
  if (!names.data) {
    await rm(to, { force: true });
    return 'time servers: as the machine is set';
  }
  const text = `[Time]\nNTP=${names.data}\n`;
  if ((await readFile(to, 'utf8').catch(() => '')) !== text) {
    await mkdir(dirname(to), { recursive: true, mode: 0o755 });
    await writeFileAtomically(to, text, 0o644);
  }
  return `time servers: ${names.data}`;
}

async function textOf(path: string): Promise<string> {
  // O_NOFOLLOW: a link could lead to a file that only root may read. O_NONBLOCK: opening a pipe would never end.
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const facts = await file.stat();
    if (!facts.isFile() || facts.size > MOST_BYTES) throw new Error(`${path}: it is no file of names`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
