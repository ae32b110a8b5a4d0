import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Recording, RecordingTrack } from '../recordings.ts';
import { ServerTrouble } from '../server/answer.ts';
import type { FilePart } from '../server/form.ts';
import { trackFile, trackFlavor } from './package.ts';

/** A file that goes with a recording, which the server can do without. */
export interface Attachment {
  what: string;
  flavor: string;
  file: FilePart;
  isTrack: boolean;
}

/** Flavors of attachments. */
export interface AttachmentFlavors {
  flavor: string;
  flavorB: string;
  manifestFlavor: string;
}

/** Number of tries of an attachment that the server cannot take now; then the recording goes without it. */
const TRIES = 3;

/**
 * The attachments of a recording, in their order: its manifest, as the SMP 351 sends it (facts/opencast 4.1; undefined: there is none in
 * `folder`), and its tracks.
 */
export async function attachmentsOf(
  { base }: Recording,
  folder: string,
  tracks: readonly RecordingTrack[],
  flavors: AttachmentFlavors,
): Promise<(Attachment | undefined)[]> {
  const name = `${base}.json`;
  const manifest = await fileOf(join(folder, name), name, 'application/json').catch(() => undefined);
  return [
    manifest && { what: 'sending the manifest', flavor: flavors.manifestFlavor, file: manifest, isTrack: false },
    ...tracks.map((track): Attachment => {
      const file = trackFile(base, track);
      return { what: `sending ${file.name}`, flavor: trackFlavor(track, flavors), file, isTrack: true };
    }),
  ];
}

/**
 * Whether a recording goes on without an attachment that failed, after `failures` earlier ones in a row: at once if the server does not
 * want it, after some tries if something else is wrong. A login that fails concerns all of the recording, which waits.
 */
export function isDispensed(error: unknown, failures: number): boolean {
  const kind = error instanceof ServerTrouble ? error.kind : undefined;
  if (kind === 'login') return false;
  const mayPass = kind === undefined || kind === 'unreachable' || kind === 'busy';
  return !mayPass || failures + 1 >= TRIES;
}

/** A file on the disk as a part of a form. Rejects if it is empty or not there. */
export async function fileOf(path: string, name: string, mimeType: string): Promise<FilePart> {
  const { size } = await stat(path);
  if (size === 0) throw new Error(`${path} is empty`);
  return { field: 'BODY', content: { path }, name, mimeType, bytes: size };
}
