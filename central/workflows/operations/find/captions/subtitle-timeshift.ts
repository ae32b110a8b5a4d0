import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shiftedCues } from '@amphi/lib/analysis/captions/cues.ts';
import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationNeeds } from '../../../run/operation.ts';
import { allExamined, lengthOf, named } from '../../media/commands/examined.ts';
import { stemOf } from '../../media/commands/run-profile.ts';
import { isTimedText } from '../../../../catalogue/files.ts';
import { selectedBy, targetOf } from '../../selecting.ts';
import { captionsOf, captionTags, withOwnTags } from './caption-file.ts';

/** `subtitle-timeshift`: moves captions by the length of a film that was put before the recording. */
export const subtitleTimeshift = (needs: OperationNeeds): Operation => ({
  id: 'subtitle-timeshift',
  weight: 'light',
  async run(context) {
    const sources = selectedBy(context, { flavors: ['subtitle-source-flavor'] }).filter(isTimedText);
    if (sources.length === 0) return { kind: 'skip', why: 'no captions have this flavor' };
    const films = selectedBy(context, { flavors: ['video-source-flavor'] });
    const [film, ...others] = await allExamined(needs, context, films);
    if (!film) return { kind: 'skip', why: 'no film has this flavor: captions stay where they are' };
    if (others.length > 0)
      context.log(`${others.length + 1} films have this flavor; the length of ${named(film)} counts`);
    const byMs = await lengthOf(needs, context, film);
    const added: ElementRow[] = [];
    for (const [at, source] of sources.entries()) {
      const { cues, language } = await captionsOf(context, source, Number.POSITIVE_INFINITY);
      const file = `captions-${at}.vtt`;
      await writeFile(join(await context.folder(), file), formatWebVtt(shiftedCues(cues, byMs), language));
      const { flavor, tags } = targetOf(context, source);
      const own = withOwnTags(captionTags(source, language), tags);
      const fileName = `${stemOf(source.file_name)}.vtt`;
      added.push(await context.take({ file, kind: source.kind, fileName, flavor, tags: own }));
    }
    context.log(`moved by ${(byMs / 1000).toFixed(3)} s`);
    return { kind: 'done', added };
  },
});
