import type { EncoderWanted, PushWanted, StreamName, StreamWanted, Wanted } from './state.ts';

/**
 * Whether the box is in dual mode (facts/smp351 2.7, `ENCM`): the archive stream is channel A alone, and channel B is a
 * stream and a file of its own. The confidence stream goes on showing the layout.
 */
export const isDual = ({ encoderMode }: Pick<Wanted, 'encoderMode'>): boolean => encoderMode === 'dual';

/** Whether a stream is encoded in the present mode. */
export const isMade = (wanted: Pick<Wanted, 'encoderMode'>, stream: StreamName): boolean =>
  stream !== 'archive-b' || isDual(wanted);

/** A stream that can be recorded into files. */
export type RecordedStream = Exclude<StreamName, 'confidence'>;

/**
 * The streams that a recording that begins now would have files of: in dual mode the chosen ones (facts/smp351 2.5,
 * `X1*n`, `X2*n`). There is always one: if none is chosen, and outside of dual mode, it is the archive.
 */
export function recordedStreams(wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): readonly RecordedStream[] {
  const both = ['archive', 'archive-b'] as const;
  const chosen = isDual(wanted) ? both.filter((stream) => wanted.encoders[stream].recorded) : [];
  return chosen.length > 0 ? chosen : ['archive'];
}

/**
 * The settings on which a stream's encoder depends. Those about files and overlays are left out: their change needs no
 * new encoder.
 */
export function encodingOf(wanted: Pick<Wanted, 'encoders'>, stream: RecordedStream): EncoderWanted {
  const { recorded: _, overlaysOf: __, ...encoding } = wanted.encoders[stream];
  return encoding;
}

/** Bit rate in kb/s that all files of a recording have together. */
export function recordedKbps(wanted: Pick<Wanted, 'encoderMode' | 'encoders'>): number {
  const encoders = recordedStreams(wanted).map((stream) => wanted.encoders[stream]);
  return encoders.reduce((sum, { videoKbps, audioKbps }) => sum + videoKbps + audioKbps, 0);
}

/**
 * The stream that is shown on the hall's output: in dual mode the chosen one (facts/smp351 2.4, `OMOD`), else
 * `confidence`, which shows the layout.
 */
export const shownAsOutput = ({ encoderMode, outputMode }: Pick<Wanted, 'encoderMode' | 'outputMode'>): StreamName =>
  isDual({ encoderMode }) ? STREAM_OF[outputMode] : 'confidence';

const STREAM_OF = { 'channel-a': 'archive', 'channel-b': 'archive-b', confidence: 'confidence' } as const;

/** The streams for the RTSP server; a stream that is not encoded is off. */
export function offeredStreams(wanted: Pick<Wanted, 'encoderMode' | 'streams'>): Record<StreamName, StreamWanted> {
  const { 'archive-b': channelB, ...others } = wanted.streams;
  return { ...others, 'archive-b': isDual(wanted) ? channelB : { ...channelB, enabled: false } };
}

/** The push targets; those of a stream that is not encoded are off. */
export const sentPushes = (wanted: Pick<Wanted, 'encoderMode' | 'pushes'>): PushWanted[] =>
  wanted.pushes.map((push) => (isMade(wanted, push.stream) ? push : { ...push, enabled: false }));

/** A stream other than `besides` that is offered under a name; undefined if there is none. */
export const streamNamed = (
  wanted: Pick<Wanted, 'encoderMode' | 'streams'>,
  name: string | undefined,
  besides: StreamName,
): StreamName | undefined =>
  (Object.keys(wanted.streams) as StreamName[]).find(
    (stream) => stream !== besides && isMade(wanted, stream) && wanted.streams[stream].name === name,
  );
