import type { Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import { readEnvelope } from '@amphi/lib/analysis/sound/read-envelope.ts';
import type { IndexedTrack } from '@amphi/lib/media/groups/mp4-index.ts';
import { openTurnstile } from '@amphi/lib/runtime/turnstile.ts';
import type { EnvelopeOf } from '../profiles/encoders.ts';
import { isOfNothing } from '../../store/connect.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { keepEnvelope, keptEnvelope } from './film/film-envelope.ts';
import { soundTrackOf } from './film/sound-file.ts';
import { untilFinished } from './follow-sound.ts';

/**
 * The envelope of a film's sound. Waits for one that is being finished. One that is not there is made, and kept; of several
 * operations that ask for it at the same time one makes it.
 */
export function envelopeOf(needs: ChunkNeeds): EnvelopeOf {
  const turnstile = openTurnstile(1);
  return async ({ event, source, signal }) => {
    const track = await soundTrackOf(source).catch(() => undefined);
    if (!track) return undefined;
    const there = await keptEnvelope(needs, event, track);
    if (there) return there;
    await untilFinished(needs, event, signal);
    return turnstile.inTurn(
      async () => (await keptEnvelope(needs, event, track)) ?? made({ event, source, signal }, track),
    );
  };

  async function made({ event, source, signal }: Parameters<EnvelopeOf>[0], track: IndexedTrack): Promise<Envelope> {
    const envelope = await readEnvelope(needs, source, { signal });
    await keepEnvelope(needs, event, track, envelope).catch((error: unknown) => {
      // Whoever asks next makes it again.
      if (!isOfNothing(error)) needs.log.warn({ err: error, event }, 'the envelope of a sound is not kept');
    });
    return envelope;
  }
}
