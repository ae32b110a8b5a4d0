import { join } from 'node:path';
import { drawWaveform, waveformWidth } from '@amphi/lib/analysis/sound/waveform.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { envelopeOfTrack } from '../../media/commands/envelope-of-track.ts';
import { allExamined, lengthOf } from '../../media/commands/examined.ts';
import { hasSound, sourcesOf, targetOf } from '../../selecting.ts';
import { asFailed } from '../as-failed.ts';

/** Pixels of a side of a drawing, which FFmpeg can draw; a larger one is refused. */
const MOST_PX = 30_000;
/** Colours of a drawing, one for each channel; more are refused. */
const MOST_COLOURS = 16;

/** `waveform`: draws the sound of tracks. */
export const waveform = (needs: OperationNeeds): Operation => ({
  id: 'waveform',
  weight: 'heavy',
  async run(context) {
    const colours = coloursOf(context);
    const heightPx = pixels(context, 'height');
    const sources = (await allExamined(needs, context, sourcesOf(context))).filter(hasSound);
    if (sources.length === 0) return { kind: 'skip', why: 'no track with sound has these flavors or tags' };
    const folder = await context.folder();
    const added: ElementRow[] = [];
    for (const [at, source] of sources.entries()) {
      const widthPx = widthOf(context, await lengthOf(needs, context, source));
      const file = `waveform-${at}.png`;
      const envelope = await envelopeOfTrack(needs, context, source);
      const asked = { widthPx, heightPx, colours, signal: context.signal };
      await asFailed(source, drawWaveform(needs, envelope, join(folder, file), asked));
      context.progress((at + 1) / sources.length);
      added.push(await context.take({ file, kind: 'attachment', ...targetOf(context, source) }));
    }
    return { kind: 'done', added };
  },
});

const widthOf = (context: OperationContext, durationMs: number): number =>
  waveformWidth(durationMs, {
    perMinute: pixels(context, 'pixels-per-minute'),
    least: pixels(context, 'min-width'),
    most: pixels(context, 'max-width'),
  });

function pixels({ keys }: OperationContext, name: string): number {
  const px = keys.number(name) ?? 0;
  if (px >= 1 && px <= MOST_PX) return px;
  throw new OperationFailed(`${name} has to be between 1 and ${MOST_PX} pixels, not ${px}`);
}

/** Colours as FFmpeg knows them, with `|` between. */
function coloursOf({ keys }: OperationContext): string[] {
  const colours = (keys.text('color') ?? 'black').split(/[|\s]+/).filter((one) => one !== '');
  if (colours.length >= 1 && colours.length <= MOST_COLOURS) return colours;
  throw new OperationFailed(`color has to be 1 to ${MOST_COLOURS} colours with | between, not ${colours.length}`);
}
