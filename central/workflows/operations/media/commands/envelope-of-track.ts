import { joined, type Envelope } from '@amphi/lib/analysis/sound/envelope.ts';
import { readEnvelope } from '@amphi/lib/analysis/sound/read-envelope.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { asFailed } from '../../find/as-failed.ts';
import { recordingOf } from './recording-of.ts';

type Needs = Pick<OperationNeeds, 'ffmpeg' | 'store' | 'envelopeOf'>;
type Asking = Pick<OperationContext, 'pathOf' | 'signal'> & { workflow: { event: string } };

/**
 * The envelope of a track's sound: the one that is kept, else read by one pass over its file. That of a cut is put together of
 * its recording's. Rejects with `OperationFailed`.
 */
export async function envelopeOfTrack(
  needs: Needs,
  { workflow: { event }, pathOf, signal }: Asking,
  track: ElementRow,
): Promise<Envelope> {
  const { recording, kept } = await recordingOf(needs, track);
  const read = async (): Promise<Envelope> => {
    const source = await pathOf(recording);
    return (await needs.envelopeOf?.({ event, source, signal })) ?? readEnvelope(needs, source, { signal });
  };
  const envelope = await asFailed(track, read());
  return kept ? joined(envelope, kept) : envelope;
}
