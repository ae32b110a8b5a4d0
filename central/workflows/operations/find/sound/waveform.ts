import { join } from 'node:path';
import { drawWaveform } from '@amphi/lib/analysis/sound/waveform.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../../run/operation.ts';
import { allExamined, lengthOf } from '../../media/commands/examined.ts';
import { hasSound, sourcesOf, targetOf } from '../../selecting.ts';
import { asFailed } from '../as-failed.ts';

/** Pixels of a side of a drawing, which FFmpeg can draw; a larger one is refused. */
const MOST_PX = 60_000;
/** Colours as FFmpeg knows them: a name, or a number such as 0x3366ff; for each channel one, with `|` between. */
const COLOURS = /^(?:[a-z]{2,30}|(?:#|0x)[\da-f]{6}(?:[\da-f]{2})?)(?:@[01](?:\.\d{1,3})?)?$/i;

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
      const asked = { widthPx, heightPx, colours, signal: context.signal };
      await asFailed(source, drawWaveform(needs, context.pathOf(source), join(folder, file), asked));
      context.progress((at + 1) / sources.length);
      added.push(await context.take({ file, kind: 'attachment', ...targetOf(context, source) }));
    }
    return { kind: 'done', added };
  },
});

function widthOf(context: OperationContext, durationMs: number): number {
  const perMinute = pixels(context, 'pixels-per-minute');
  const [least, most] = [pixels(context, 'min-width'), pixels(context, 'max-width')];
  return Math.max(least, Math.min(most, Math.ceil((durationMs / 60_000) * perMinute)));
}

function pixels({ keys }: OperationContext, name: string): number {
  const px = keys.number(name) ?? 0;
  if (px >= 1 && px <= MOST_PX) return px;
  throw new OperationFailed(`${name} has to be between 1 and ${MOST_PX} pixels, not ${px}`);
}

function coloursOf({ keys }: OperationContext): string[] {
  const colours = (keys.text('color') ?? 'black').split(/[|\s]+/).filter((one) => one !== '');
  const wrong = colours.find((one) => !COLOURS.test(one));
  if (wrong === undefined && colours.length <= 16) return colours;
  throw new OperationFailed(
    `color has to be names of colours, or such as 0x3366ff, with | between: ${wrong ?? 'too many'}`,
  );
}
