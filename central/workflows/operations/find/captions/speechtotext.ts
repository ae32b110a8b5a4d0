import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { hearSpeech } from '@amphi/lib/analysis/captions/speech-to-text.ts';
import { formatWebVtt } from '@amphi/lib/analysis/captions/write-captions.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { Operation, OperationContext, OperationNeeds } from '../../../run/operation.ts';
import { allExamined, type Track } from '../../media/commands/examined.ts';
import { stemOf } from '../../media/commands/run-profile.ts';
import { isTimedText } from '../../../../catalogue/files.ts';
import { hasSound, sourcesOf, targetOf } from '../../selecting.ts';
import { asFailed } from '../as-failed.ts';
import { withOwnTags } from './caption-file.ts';
import { knownWords } from '../slides/known-words.ts';
import { languageOf } from '../slides/languages.ts';

/** `speechtotext`: writes captions from what is spoken, by the program of the configuration; is left out without one. */
export const speechtotext = (needs: OperationNeeds): Operation => ({
  id: 'speechtotext',
  weight: 'heavy',
  async run(context) {
    const { keys } = context;
    const { recogniser } = needs;
    if (!recogniser)
      return {
        kind: 'skip',
        why: 'this server has no program that writes down speech (speechToText in its configuration)',
      };
    const isThere = ({ flavor }: ElementRow): boolean => sidesOf(flavor)[0] === 'captions';
    if (keys.flag('if-no-captions') && context.elements.some((one) => isThere(one) && isTimedText(one)))
      return { kind: 'skip', why: 'there are captions already' };
    const tracks = (await allExamined(needs, context, sourcesOf(context))).filter(hasSound);
    const sources = chosenOf(tracks, context);
    if (sources.length === 0) return { kind: 'skip', why: 'no track with sound has these flavors or tags' };
    const known = await knownWords(needs.database, context.workflow.event);
    const named = keys.text('language-code') ?? keys.text('language-fallback');
    const language = (named === undefined ? known.language : languageOf(named)).bcp;
    const added: ElementRow[] = [];
    for (const [at, source] of sources.entries()) {
      const folder = await context.folder();
      const asked = { language, words: known.words, folder, signal: context.signal };
      const cues = await asFailed(source, hearSpeech(needs, recogniser, await context.pathOf(source), asked));
      const file = `captions-${at}.vtt`;
      await writeFile(join(folder, file), formatWebVtt(cues, language));
      const kind =
        keys.text('target-element') === 'attachment' || keys.text('placement') === 'attachment'
          ? 'attachment'
          : 'track';
      const { flavor, tags } = targetOf(context, source);
      const own = withOwnTags([`lang:${language}`, 'generator-type:auto', 'type:caption'], tags);
      const fileName = `${stemOf(source.file_name)}.vtt`;
      added.push(await context.take({ file, kind, fileName, flavor, tags: own }));
      context.progress((at + 1) / sources.length);
    }
    return { kind: 'done', added };
  },
});

/** Tracks that are heard: by `track-selection-strategy` those of the presenter first, or alone; with `limit-to-one` one. */
function chosenOf(tracks: readonly Track[], { keys }: OperationContext): readonly Track[] {
  const strategy = keys.text('track-selection-strategy');
  const ofPresenter = tracks.filter(({ flavor }) => sidesOf(flavor)[0] === 'presenter');
  const wanted =
    strategy === 'presenter_or_nothing' || (strategy === 'try_presenter' && ofPresenter.length > 0)
      ? ofPresenter
      : tracks;
  return keys.flag('limit-to-one') ? wanted.slice(0, 1) : wanted;
}
