import { readFile } from 'node:fs/promises';
import { readPersonality, type Personality } from '#lib/sis/personality.ts';

/**
 * Reads the identity of the SMP 351 (model, versions, features) that is shipped with Amphi. Throws if the file has
 * mistakes.
 */
export async function shippedPersonality(): Promise<Personality> {
  const text = await readFile(new URL('../../../firmware-config/smp351/personality.json', import.meta.url), 'utf8');
  return readPersonality(JSON.parse(text));
}
