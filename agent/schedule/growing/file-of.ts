import { isMediaPackageId } from '#lib/opencast/media-package.ts';
import type { HandOver } from '../hand-over/hand-over.ts';
import { flavorOf } from '../hand-over/package.ts';
import type { Recording, RecordingPart } from '../recordings.ts';
import type { GrowingFile } from './growing-wire.ts';

/** What decides whether a recording is sent while it is recorded. */
export interface GrowingRules {
  /** Whether recordings that were started by hand are handed over, and this one is new since that was set up. */
  byHand: boolean;
  flavor: string;
  flavorB: string;
}

/** Booking of a test recording, which is sent only if a person asks for it. */
const TRIAL = 'trial';

/**
 * What the server is told of a part that grows; undefined if its recording is not to be handed over, or if that is not
 * known yet. Pure.
 */
export function fileOf(
  recording: Pick<Recording, 'id' | 'bookingId'> | undefined,
  handOver: Pick<HandOver, 'booking' | 'held'> | undefined,
  { name, number, stream }: Pick<RecordingPart, 'name' | 'number' | 'stream'>,
  { byHand, flavor, flavorB }: GrowingRules,
): GrowingFile | undefined {
  if (!recording || recording.bookingId === TRIAL || handOver?.held !== undefined) return undefined;
  const booking = handOver?.booking;
  // A booked recording has its booking a moment after it began.
  if (!booking && (recording.bookingId !== undefined || !byHand)) return undefined;
  const event = booking && isMediaPackageId(booking.uid) ? booking.uid : undefined;
  const kind = flavorOf(stream === 2 ? flavorB : flavor, number - 1);
  return { event, recording: recording.id, flavor: kind, fileName: name };
}
