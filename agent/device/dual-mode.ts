import type { PushWanted, StreamName, StreamWanted, Wanted } from './state.ts';

/**
 * Dual mode (facts/smp351 2.7, `ENCM`): the archive stream is channel A alone, and channel B alone is a stream and a file
 * of its own. The confidence stream goes on showing the layout.
 */
export const isDual = ({ encoderMode }: Pick<Wanted, 'encoderMode'>): boolean => encoderMode === 'dual';

/** Whether a stream is encoded, as far as the mode decides that. */
export const isMade = (wanted: Pick<Wanted, 'encoderMode'>, stream: StreamName): boolean =>
  stream !== 'archive-b' || isDual(wanted);

/** Whether a recording that begins now has a file of channel B too. */
export const recordsChannelB = (wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): boolean =>
  isDual(wanted) && wanted.encoders['archive-b'].recorded;

/** Bit rate that a recording is to have, of all its files together. */
export function recordedKbps(wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): number {
  const { archive, 'archive-b': channelB } = wanted.encoders;
  const encoders = recordsChannelB(wanted) ? [archive, channelB] : [archive];
  return encoders.reduce((sum, { videoKbps, audioKbps }) => sum + videoKbps + audioKbps, 0);
}

/** What the RTSP server offers: a stream that is not encoded is off. */
export function offeredStreams(wanted: Pick<Wanted, 'encoderMode' | 'streams'>): Record<StreamName, StreamWanted> {
  const { 'archive-b': channelB, ...others } = wanted.streams;
  return { ...others, 'archive-b': isDual(wanted) ? channelB : { ...channelB, enabled: false } };
}

/** What is pushed: targets of a stream that is not encoded are off. */
export const sentPushes = (wanted: Pick<Wanted, 'encoderMode' | 'pushes'>): PushWanted[] =>
  wanted.pushes.map((push) => (isMade(wanted, push.stream) ? push : { ...push, enabled: false }));

/** The other stream that is offered under a name; undefined if there is none. */
export const streamNamed = (
  wanted: Pick<Wanted, 'encoderMode' | 'streams'>,
  name: string | undefined,
  besides: StreamName,
): StreamName | undefined =>
  (Object.keys(wanted.streams) as StreamName[]).find(
    (stream) => stream !== besides && isMade(wanted, stream) && wanted.streams[stream].name === name,
  );
