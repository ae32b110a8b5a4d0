import { rm, writeFile } from 'node:fs/promises';
import type { Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import { formatEnvelope, readEnvelopeFile } from '@amphi/lib/analysis/sound/envelope-file.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import type { ChunkNeeds } from '../chunk-needs.ts';
import { findSound, keepNewSound, soundKey } from './film-sound.ts';
import { soundName } from './sound-name.ts';

/** What stands for the envelope among the sounds of a film that are wanted: no encoder is told this. */
export const ENVELOPE_SOUND: readonly string[] = ['envelope'];

/** Whether a sound that is wanted is the envelope. */
export const isEnvelope = ([first]: readonly string[]): boolean => first === ENVELOPE_SOUND[0];

const keyOf = (event: string, track: IndexedTrack) => ({
  event,
  name: soundName(track),
  output: soundKey(ENVELOPE_SOUND),
});

/** The envelope that is kept of a film's sound; undefined: there is none that can be believed. */
export async function keptEnvelope(
  needs: ChunkNeeds,
  event: string,
  track: IndexedTrack,
): Promise<Envelope | undefined> {
  const path = await findSound(needs, keyOf(event, track));
  if (path === undefined) return undefined;
  const envelope = await readEnvelopeFile(path);
  // The next one takes the place of a file that is gone, and of no other.
  if (!envelope) await rm(path, { force: true });
  return envelope;
}

/** Keeps the envelope of a film's sound as its sounds are kept. */
export async function keepEnvelope(
  needs: ChunkNeeds,
  event: string,
  track: IndexedTrack,
  envelope: Envelope,
): Promise<void> {
  await keepNewSound(
    needs,
    event,
    async (to) => {
      await writeFile(to, await formatEnvelope(envelope));
      return keyOf(event, track);
    },
    { ending: '.envelope', check: checkEnvelope },
  );
}

async function checkEnvelope(path: string): Promise<void> {
  if (!(await readEnvelopeFile(path))) throw new Error(`${path} is no envelope`);
}
