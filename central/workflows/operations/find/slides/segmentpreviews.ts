import { momentIn } from '@amphi/lib/media/intervals.ts';
import { onAllProcessors } from '@amphi/lib/runtime/processes/on-all-processors.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';
import { recordingOf } from '../../media/commands/recording-of.ts';
import { profileNamed, runProfile } from '../../media/commands/run-profile.ts';
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
    let done = 0;
    await onAllProcessors([...stills.entries()], async ([at, { fromMs, pictureMs }]) => {
      const values = { time: (momentIn(kept, pictureMs) / 1000).toFixed(3) };
      const run = { profile, source: recording, values, durationMs: null, mayBeNone: true };
      const [made] = await runProfile(needs, context, run);
      context.progress((done += 1) / stills.length);
      if (made) {
        const target = targetOf(context, source);
        const taken = await context.take({ ...target, file: made.file, fileName: made.fileName, kind: 'attachment' });
        // The time of its slide, by which players find the picture of a slide.
        added[at] = { ...taken, start_ms: fromMs };
      } else context.log(`there is no picture at ${values.time} s`, 'warning');
      return undefined;
    });
    return { kind: 'done', added: added.filter((one) => one !== undefined) };
  },
});
