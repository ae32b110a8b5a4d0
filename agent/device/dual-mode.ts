import type { EncoderWanted, PushWanted, StreamName, StreamWanted, Wanted } from './state.ts';

/**
 * Dual mode (facts/smp351 2.7, `ENCM`): the archive stream is channel A alone, and channel B alone is a stream and a file
 * of its own. The confidence stream goes on showing the layout.
 */
export const isDual = ({ encoderMode }: Pick<Wanted, 'encoderMode'>): boolean => encoderMode === 'dual';

/** Whether a stream is encoded, as far as the mode decides that. */
export const isMade = (wanted: Pick<Wanted, 'encoderMode'>, stream: StreamName): boolean =>
  stream !== 'archive-b' || isDual(wanted);

/** A stream that recordings have files of. */
export type RecordedStream = Exclude<StreamName, 'confidence'>;

/**
 * The streams that a recording which begins now has a file of: in dual mode those that are chosen (facts/smp351 2.5, `X1*n`, `X2*n`).
 * There is always one: where neither is chosen, and outside of dual mode, it is the archive.
 */
export function recordedStreams(wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): readonly RecordedStream[] {
  const both = ['archive', 'archive-b'] as const;
  const chosen = isDual(wanted) ? both.filter((stream) => wanted.encoders[stream].recorded) : [];
  return chosen.length > 0 ? chosen : ['archive'];
}

/** What an encoder of a recorded stream makes: what its files and overlays are chosen to be is no reason to start it anew. */
export function encodingOf(wanted: Pick<Wanted, 'encoders'>, stream: RecordedStream): EncoderWanted {
  const { recorded: _, overlaysOf: __, ...encoding } = wanted.encoders[stream];
  return encoding;
}

/** Bit rate that a recording is to have, of all its files together. */
export function recordedKbps(wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): number {
  const encoders = recordedStreams(wanted).map((stream) => wanted.encoders[stream]);
  return encoders.reduce((sum, { videoKbps, audioKbps }) => sum + videoKbps + audioKbps, 0);
}

/** What the hall's output shows in dual mode (facts/smp351 2.4, `OMOD`), by the streams that have it; outside of it the layout. */
export const shownAsOutput = ({ encoderMode, outputMode }: Pick<Wanted, 'encoderMode' | 'outputMode'>): StreamName =>
  isDual({ encoderMode }) ? STREAM_OF[outputMode] : 'confidence';

const STREAM_OF = { 'channel-a': 'archive', 'channel-b': 'archive-b', confidence: 'confidence' } as const;

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
