import { FOREIGN_FILE_ARGV } from '@amphi/lib/ffmpeg/argv.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { runFfmpeg } from '../run-ffmpeg.ts';
import { isTimedText } from '../../../catalogue/files.ts';
import { hasPicture, sourcesOf } from '../selecting.ts';
import { examined, lengthOf, type Track } from './commands/examined.ts';

/** `inspect`: finds streams and length of tracks. One that cannot be read fails it, with the reasons of all such tracks. */
export const inspect = (needs: OperationNeeds): Operation => ({
  id: 'inspect',
  weight: 'light',
  async run(context) {
    const { keys } = context;
    const named = ['source-flavor', 'source-flavors', 'source-tag', 'source-tags'].some(
      (key) => keys.list(key).length > 0,
    );
    const elements = named ? sourcesOf(context) : context.elements;
    const tracks = elements.filter((one) => one.kind === 'track' && !isTimedText(one) && !isText(one.mime_type));
    if (tracks.length === 0) {
      if (keys.flag('accept-no-media')) return { kind: 'skip', why: 'there is no track' };
      throw new OperationFailed('there is no track to process: a recording has to be brought first');
    }
    const changed: ElementRow[] = [];
    const unreadable: string[] = [];
    for (const [n, track] of tracks.entries()) {
      await inspected(needs, context, track).then(
        (now) => void (now === undefined || changed.push(now)),
        (error: unknown) => {
          context.signal.throwIfAborted();
          if (!(error instanceof OperationFailed)) throw error;
          unreadable.push(error.message);
        },
      );
      context.progress((n + 1) / tracks.length);
    }
    if (unreadable.length > 0) throw new OperationFailed(unreadable.join('; '));
    return { kind: 'done', changed };
  },
});

const isText = (mimeType: string): boolean => /^text\/|ttml/.test(mimeType);

/** The track as it is found; undefined: all that is asked for is known already. */
async function inspected(
  needs: OperationNeeds,
  context: OperationContext,
  track: ElementRow,
): Promise<Track | undefined> {
  const { keys } = context;
  const isAgain = keys.flag('overwrite');
  const isExact = keys.flag('accurate-frame-count');
  const isKnown = track.problem === null && (track.streams ?? []).length > 0 && (track.duration_ms ?? 0) > 0;
  if (isKnown && !isAgain && !isExact) return undefined;
  const found = await examined(needs, context, track, isAgain);
  const whole = { ...found, duration_ms: await lengthOf(needs, context, found) };
  return isExact && hasPicture(whole) ? counted(needs, context, whole) : whole;
}

/** The track with the number of its pictures, all of which are decoded for it. */
async function counted({ ffmpeg }: OperationNeeds, context: OperationContext, track: Track): Promise<Track> {
  const argv = [
    ...FOREIGN_FILE_ARGV,
    '-i',
    await context.pathOf(track),
    '-map',
    '0:v:0',
    '-fps_mode',
    'passthrough',
    '-f',
    'null',
    '-',
  ];
  const { frames } = await runFfmpeg(ffmpeg, argv, { ...context, progress: undefined });
  const first = track.streams.findIndex(({ kind }) => kind === 'video');
  const streams = track.streams.map((stream, n) => (n === first ? { ...stream, frames } : stream));
  return { ...track, streams };
}
