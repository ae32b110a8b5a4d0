import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import { inFilter } from '@amphi/lib/ffmpeg/argv.ts';
import { isTimedText } from '../../../../catalogue/files.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { allExamined, lengthOf, named, type Track } from '../../media/commands/examined.ts';
import { profileNamed, runProfile } from '../../media/commands/run-profile.ts';
import { hasPicture, selectedBy, sourcesOf, targetOf } from '../../selecting.ts';
import { captionsOf, captionTags } from './caption-file.ts';

/** Fonts that are shipped: captions look the same on every server, also on one without any. */
const FONTS = dirname(fileURLToPath(import.meta.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf')));

/** `burn-captions`: makes films in whose picture the captions are, for players that show none. */
export const burnCaptions = (needs: OperationNeeds): Operation => ({
  id: 'burn-captions',
  weight: 'heavy',
  async run(context) {
    const profile = profileNamed(needs, context.keys.needed('encoding-profile'));
    const films = (await allExamined(needs, context, sourcesOf(context))).filter(hasPicture);
    if (films.length === 0) return { kind: 'skip', why: 'no track with a picture has these flavors or tags' };
    const captions = chosenCaptions(context);
    if (!captions) return { kind: 'skip', why: 'no captions have these flavors and this language' };
    const added: ElementRow[] = [];
    for (const [at, source] of films.entries()) {
      const progress = (part: number): void => context.progress((at + part) / films.length);
      const filter = await captionFilter(needs, context, captions, source);
      const [made] = await runProfile(needs, context, { profile, source, values: { captions: filter }, progress });
      const { flavor, tags } = targetOf(context, source);
      added.push(await context.take({ file: made!.file, fileName: made!.fileName, kind: 'track', flavor, tags }));
    }
    return { kind: 'done', added };
  },
});

/** The first captions of the language that is asked for; of any language without such a wish. */
function chosenCaptions(context: OperationContext): ElementRow | undefined {
  const language = context.keys.text('language');
  const all = selectedBy(context, { flavors: ['captions-source-flavors'] }).filter(isTimedText);
  const fitting = language === undefined ? all : all.filter((one) => captionTags(one).includes(`lang:${language}`));
  const [chosen] = fitting;
  if (chosen && fitting.length > 1)
    context.log(`${fitting.length} captions could be taken; those of ${named(chosen)} are`, 'warning');
  return chosen;
}

/** Writes the captions as what they were read as, never as a foreign file, and gives the filter that draws them. */
async function captionFilter(
  needs: OperationNeeds,
  context: OperationContext,
  captions: ElementRow,
  film: Track,
): Promise<string> {
  const { cues, language } = await captionsOf(context, captions, await lengthOf(needs, context, film));
  const file = join(await context.folder(), `${crypto.randomUUID()}.vtt`);
  await writeFile(file, formatWebVtt(cues, language));
  return `subtitles=filename=${inFilter(file)}:fontsdir=${inFilter(FONTS)}:force_style=FontName=DejaVu Sans`;
}
