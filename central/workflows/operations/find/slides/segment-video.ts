import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSlides } from '@amphi/lib/analysis/slides/find-slides.ts';
import { formatSlideList } from '@amphi/lib/analysis/slides/slide-list.ts';
import { seenIn, slidesThroughCut, slidesWithin } from '@amphi/lib/analysis/slides/slide-pieces.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import { formatMpeg7 } from '@amphi/lib/opencast/mpeg7.ts';
import { lengthOf } from '@amphi/lib/media/intervals.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import type { Track } from '../../media/commands/examined.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { asFailed } from '../as-failed.ts';
import { boxTracks } from './box-tracks.ts';
import { listFlavor } from './found-slides.ts';
import { slideSource } from './slide-source.ts';

/**
 * `segment-video`: finds the slides of a track, or takes those that the box found while it recorded; each is a segment of the
 * catalog. Where the box says in which part of the picture the slides are, they are looked for there.
 */
export const segmentVideo = (needs: OperationNeeds): Operation => ({
  id: 'segment-video',
  weight: 'heavy',
  async run(context) {
    const source = await slideSource(needs, context, 'and');
    if (!source) return { kind: 'skip', why: 'no track with a picture has these flavors and tags' };
    const found = await slidesOf(needs, context, source);
    if (!found) return { kind: 'skip', why: 'this recording never shows the slides: so say its layouts' };
    const { slides } = found;
    const segments = slides.map(({ fromMs, toMs }) => ({ fromMs, toMs, texts: [], notes: [] }));
    const folder = await context.folder();
    await writeFile(
      join(folder, 'segments.xml'),
      formatMpeg7({ uri: source.file_name, durationMs: found.durationMs, segments }),
    );
    await writeFile(join(folder, 'slides.json'), formatSlideList({ slides }));
    const tags = context.keys.list('target-tags');
    return {
      kind: 'done',
      added: [
        await context.take({ file: 'segments.xml', kind: 'catalog', flavor: 'mpeg-7/segments', tags }),
        await context.take({ file: 'slides.json', kind: 'attachment', flavor: listFlavor(source), tags: [] }),
      ],
    };
  },
});

interface Found {
  slides: readonly Slide[];
  durationMs: number;
}

/** The slides of a film, one at least; undefined: the film never shows them. */
async function slidesOf(needs: OperationNeeds, context: OperationContext, source: Track): Promise<Found | undefined> {
  const told = await boxTracks(context, source);
  if (told.windows?.length === 0) return undefined;
  if (told.slides && told.slides.length > 0) {
    context.log(`slides were found by the box: ${told.slides.length}`);
    return { slides: told.slides, durationMs: source.duration_ms ?? told.slides.at(-1)!.toMs };
  }
  const { signal } = context;
  const { windows } = told;
  const onProgress = (part: number): void => context.progress(part);
  const asked = { signal, onProgress, ...(windows ? { windows } : {}) };
  const { recording, kept } = await recordingOf(needs, source);
  // Windows have the times of the film as it is cut.
  const isOfRecording = kept !== undefined && !windows;
  const path = await context.pathOf(isOfRecording ? recording : source);
  const whole = await asFailed(source, findSlides(needs, path, asked));
  const found = isOfRecording
    ? { ...whole, slides: slidesThroughCut(whole.slides, kept), durationMs: lengthOf(kept) }
    : whole;
  const seen = windows ? slidesWithin(found.slides, seenIn(windows)) : found.slides;
  const slides = seen.length > 0 ? seen : [wholeOf(found.durationMs)];
  const where = windows ? `, in ${windows.length} windows that the box has told` : '';
  context.log(`${slides.length} slides in ${source.flavor}, by ${found.sampling}${where}`);
  return { slides, durationMs: found.durationMs };
}

const wholeOf = (toMs: number): Slide => ({ fromMs: 0, toMs, pictureMs: toMs / 2, additionsMs: [] });
