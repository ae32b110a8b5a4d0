import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findSlides } from '@amphi/lib/analysis/slides/find-slides.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import { formatMpeg7 } from '@amphi/lib/opencast/mpeg7.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';
import { asFailed } from '../as-failed.ts';
import { formatSlideList, listFlavor } from './found-slides.ts';
import { slideSource } from './slide-source.ts';

/** `segment-video`: finds the slides of a track; each is a segment of the catalog. */
export const segmentVideo = (needs: OperationNeeds): Operation => ({
  id: 'segment-video',
  weight: 'heavy',
  async run(context) {
    const source = await slideSource(needs, context, 'and');
    if (!source) return { kind: 'skip', why: 'no track with a picture has these flavors and tags' };
    const { signal } = context;
    const onProgress = (part: number): void => context.progress(part);
    const found = await asFailed(source, findSlides(needs, await context.pathOf(source), { signal, onProgress }));
    const slides = found.slides.length > 0 ? found.slides : [wholeOf(found.durationMs)];
    context.log(`${slides.length} slides in ${source.flavor}, by ${found.sampling}`);
    const segments = slides.map(({ fromMs, toMs }) => ({ fromMs, toMs, texts: [], notes: [] }));
    const folder = await context.folder();
    await writeFile(
      join(folder, 'segments.xml'),
      formatMpeg7({ uri: source.file_name, durationMs: found.durationMs, segments }),
    );
    await writeFile(join(folder, 'slides.json'), formatSlideList(slides));
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

const wholeOf = (toMs: number): Slide => ({ fromMs: 0, toMs, pictureMs: toMs / 2, additionsMs: [] });
