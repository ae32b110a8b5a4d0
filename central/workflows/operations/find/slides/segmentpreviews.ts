import { momentIn } from '@amphi/lib/media/intervals.ts';
import { byFew } from '@amphi/lib/analysis/pictures/by-few.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { profileNamed, runProfileAt } from '../../media/commands/run-profile.ts';
import { targetOf } from '../../selecting.ts';
import { foundSlides } from './found-slides.ts';
import { slideSource } from './slide-source.ts';

/** Stills of one recording; further slides have none. */
const MOST_STILLS = 1000;

/** `segmentpreviews`: takes a still of each slide that `segment-video` found, by an encoding profile. */
export const segmentpreviews = (needs: OperationNeeds): Operation => ({
  id: 'segmentpreviews',
  weight: 'heavy',
  async run(context) {
    const profile = profileNamed(needs, context.keys.needed('encoding-profile'));
    const source = await slideSource(needs, context, 'and');
    if (!source) return { kind: 'skip', why: 'no track with a picture has these flavors and tags' };
    const slides = await foundSlides(context, source);
    if (!slides || slides.length === 0)
      return { kind: 'skip', why: 'no slides are known: segment-video has to come before' };
    if (slides.length > MOST_STILLS)
      context.log(`stills are taken of the first ${MOST_STILLS} of ${slides.length} slides`, 'warning');
    const stills = slides.slice(0, MOST_STILLS);
    const { recording, kept } = await recordingOf(needs, source);
    const added: (ElementRow | undefined)[] = stills.map(() => undefined);
    const target = targetOf(context, source);
    const run = { profile, source: recording, durationMs: null, mayBeNone: true };
    let done = 0;
    await byFew([...stills.entries()], async (few) => {
      const times = few.map(([, { pictureMs }]) => (momentIn(kept, pictureMs) / 1000).toFixed(3));
      for (const [n, [made]] of (await runProfileAt(needs, context, run, times)).entries()) {
        const [at, { fromMs }] = few[n]!;
        context.progress((done += 1) / stills.length);
        if (made) {
          const taken = await context.take({ ...target, file: made.file, fileName: made.fileName, kind: 'attachment' });
          // The time of its slide, by which players find the picture of a slide.
          added[at] = { ...taken, start_ms: fromMs };
        } else context.log(`there is no picture at ${times[n]} s`, 'warning');
      }
    });
    return { kind: 'done', added: added.filter((one) => one !== undefined) };
  },
});
