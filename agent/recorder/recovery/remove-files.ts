import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Log } from '#lib/runtime/log.ts';
import { filesOf } from '../catalog/recording.ts';
import type { Recording, RecordingPart } from '#agent/device/recording.ts';

/**
 * Removes the files that the recorder made for a recording in one of its folders, and the folder if it is empty then.
 * Other files stay: one that was put in the place of a part, or that the recorder never made. Rejects if a file of the
 * recorder cannot be removed.
 */
export async function removeFiles(info: Recording, folder: string, log: Log): Promise<void> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return;
  const parts = new Map(
    filesOf(info)
      .filter((part) => part.folder === folder)
      .map((part) => [part.name, part]),
  );
  const kept: string[] = [];
  for (const name of await readdir(folder)) {
    if (await isOurs(name, { info, folder, parts })) await rm(join(folder, name), { force: true, maxRetries: 3 });
    else kept.push(name);
  }
  if (kept.length > 0)
    return log.warn({ folder, kept }, 'files of others stay in the folder of a recording that is removed');
  await rmdir(folder);
}

interface Place {
  info: Recording;
  folder: string;
  parts: ReadonlyMap<string, RecordingPart>;
}

async function isOurs(name: string, { info, folder, parts }: Place): Promise<boolean> {
  if (info.foreign?.includes(name)) return false;
  const part = parts.get(name);
  if (part) return isAsMade(part, folder);
  if (/^(?:\d{8,}\.jpg|thumbnail-\d+-\d+\.tmp)$/.test(name)) return true;
  const ofPart = /^(.+?)\.(?:sha256|final\.tmp|sha256\.\d+\.\d+\.tmp|(?:sha256\.)?before\.\d+\.\d+\.tmp)$/.exec(
    name,
  )?.[1];
  if (ofPart !== undefined) return parts.has(ofPart);
  return name.startsWith(`${info.base}.json`);
}

/** Whether the file of a part is the one that was recorded: a finished one still has its size. */
async function isAsMade({ name, state, bytes }: RecordingPart, folder: string): Promise<boolean> {
  if (state === 'lost') return false;
  const facts = await lstat(join(folder, name)).catch(() => undefined);
  return facts?.isFile() === true && (state !== 'final' || facts.size === bytes);
}
