import { join } from 'node:path';
import { makeTimelinePreviews } from '@amphi/lib/analysis/pictures/timeline-previews.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationNeeds } from '../../../run/operation.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { allExamined } from '../../media/commands/examined.ts';
import { hasPicture, sourcesOf, targetOf } from '../../selecting.ts';
import { asFailed } from '../as-failed.ts';

/** Small pictures of a recording; more are refused. */
const MOST_PICTURES = 1000;

/** `timelinepreviews`: makes one picture with many small ones. Their number and size are tags of it, with Opencast's names, and so is the length of the film. */
export const timelinepreviews = (needs: OperationNeeds): Operation => ({
  id: 'timelinepreviews',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const count = keys.number('image-count') ?? 10;
    if (count < 1 || count > MOST_PICTURES)
      throw new OperationFailed(`image-count has to be between 1 and ${MOST_PICTURES}, not ${count}`);
    const tracks = (await allExamined(needs, context, sourcesOf(context, 'and'))).filter(hasPicture);
    const sources = keys.flag('process-first-match-only') ? tracks.slice(0, 1) : tracks;
    if (sources.length === 0) return { kind: 'skip', why: 'no track with a picture has these flavors and tags' };
    const folder = await context.folder();
    const added: ElementRow[] = [];
    for (const [at, source] of sources.entries()) {
      const file = `timeline-${at}.jpg`;
      const { recording, kept } = await recordingOf(needs, source);
      const asked = { count, kept, signal: context.signal };
      const made = await asFailed(
        source,
        makeTimelinePreviews(needs, await context.pathOf(recording), join(folder, file), asked),
      );
      context.progress((at + 1) / sources.length);
      const { flavor, tags } = targetOf(context, source);
      const sizes = {
        imageCount: made.count,
        imageSizeX: made.columns,
        imageSizeY: made.rows,
        resolutionX: made.widthPx,
        resolutionY: made.heightPx,
      };
      // Ours besides: the length of the film, by which the pictures have times, also where the recording is cut since.
      const told = Object.entries({ ...sizes, durationMs: Math.round(made.everyMs * made.count) }).map(
        ([name, value]) => `${name}:${value}`,
      );
      added.push(await context.take({ file, kind: 'attachment', flavor, tags: [...tags, ...told] }));
    }
    return { kind: 'done', added };
  },
});
