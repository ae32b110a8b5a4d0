import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import type { ElementRow } from '../../../store/tables.ts';
import { hasPicture, selectedBy, targetOf } from '../selecting.ts';
import { compositeValues, type Composition } from './commands/composite-values.ts';
import { examined, lengthOf, named, sizeOf, type Track } from './commands/examined.ts';
import { even } from './commands/joined-parts.ts';
import { readLayouts, type Layout, type Size } from './commands/layouts.ts';
import { pathsOf } from './commands/paths-of.ts';
import { profileNamed, runProfile } from './commands/run-profile.ts';

/** `composite`: puts two pictures, or one, into one, with a watermark if there is one. */
export const composite = (needs: OperationNeeds): Operation => ({
  id: 'composite',
  weight: 'heavy',
  async run(context) {
    const lower = await pictureOf(needs, context, 'lower');
    const upper = await pictureOf(needs, context, 'upper');
    const below = lower ?? upper;
    if (!below) return { kind: 'skip', why: 'neither picture is there' };
    const above = lower && upper;
    const watermark = await watermarkOf(needs, context);
    const layouts = layoutsOf(context, above ? 'dual' : 'single');
    const composition: Composition = {
      lower: below,
      upper: above,
      watermark,
      canvas: canvasOf(context, { lower: below, upper: above ?? below }),
      background: backgroundOf(context),
      layouts: layoutsFor(layouts, above !== undefined, watermark !== undefined),
      sound: (context.keys.text('source-audio-name') ?? 'both') as Composition['sound'],
    };
    const inputs = [below, above, watermark].filter((one) => one !== undefined);
    const pathOf = await pathsOf(context, inputs);
    const { values, conditions } = compositeValues(composition, pathOf);
    const [made] = await runProfile(needs, context, {
      profile: profileNamed(needs, context.keys.needed('encoding-profile')),
      source: below,
      values,
      conditions,
      inputs: above ? [pathOf(above)] : [],
      durationMs: await lengthOf(needs, context, below),
      progress: context.progress,
    });
    const target = targetOf(context, below);
    return {
      kind: 'done',
      added: [await context.take({ ...target, file: made!.file, fileName: made!.fileName, kind: 'track' })],
    };
  },
});

/** The track of a side; undefined: there is none. Rejects with `OperationFailed` if there are several. */
async function pictureOf(
  needs: OperationNeeds,
  context: OperationContext,
  side: 'lower' | 'upper',
): Promise<Track | undefined> {
  const found = selectedBy(context, { flavors: [`source-flavor-${side}`], tags: [`source-tags-${side}`] });
  const tracks = found.filter(({ kind }) => kind === 'track');
  if (tracks.length > 1)
    throw new OperationFailed(`composite: ${tracks.length} tracks fit the ${side} picture; one is needed`);
  const [first] = tracks;
  const track = first && (await examined(needs, context, first));
  if (track && !hasPicture(track)) {
    context.log(`${named(track)} has no picture: the ${side} one is left out`, 'warning');
    return undefined;
  }
  return track;
}

async function watermarkOf(needs: OperationNeeds, context: OperationContext): Promise<Track | undefined> {
  const [first] = selectedBy(context, { flavors: ['source-flavor-watermark'], tags: ['source-tags-watermark'] });
  if (first) {
    const watermark = await examined(needs, context, first);
    if (sizeOf(watermark)) return watermark;
    throw new OperationFailed(`${named(first)} is no picture: it cannot be the watermark`);
  }
  if (context.keys.text('source-url-watermark') !== undefined)
    context.log('source-url-watermark is not fetched: the watermark has to be a file of the event', 'warning');
  return undefined;
}

/** Layouts for one or two pictures: the key for this number, else `layout`; each is JSON or the name of a `layout-NAME`. */
function layoutsOf({ keys }: OperationContext, count: 'single' | 'dual'): Layout[] {
  const own = count === 'single' ? ['layout-single', 'layout'] : ['layout-dual', 'layout-multiple', 'layout'];
  const key = own.find((name) => keys.text(name) !== undefined);
  if (key === undefined)
    throw new OperationFailed(
      `composite: a layout for ${count === 'single' ? 'one picture' : 'two pictures'} is missing: one of ${own.join(', ')}`,
    );
  const text = keys.needed(key);
  if (text.includes('{')) return readLayouts(text, key);
  const named = keys.text(`layout-${text}`);
  if (named === undefined)
    throw new OperationFailed(`composite: ${key} is ${text}, and there is no key layout-${text}`);
  return readLayouts(named, `layout-${text}`);
}

/** Layouts by what they are for. With one picture a layout for the watermark is the second one, or the third of three. */
function layoutsFor(layouts: readonly Layout[], isDual: boolean, withWatermark: boolean): Composition['layouts'] {
  const [lower] = layouts;
  const upper = isDual ? layouts[1] : undefined;
  const watermark = isDual || layouts.length > 2 ? layouts[2] : layouts[1];
  if (!lower || (isDual && !upper))
    throw new OperationFailed(
      `composite: ${layouts.length} layouts are there; ${isDual ? 2 : 1} are needed, with ; between`,
    );
  if (withWatermark && !watermark) throw new OperationFailed('composite: the layout of the watermark is missing');
  return { lower, upper, watermark };
}

function canvasOf({ keys }: OperationContext, { lower, upper }: { lower: ElementRow; upper: ElementRow }): Size {
  const text = keys.needed('output-resolution');
  if (text === 'lower' || text === 'upper') {
    const { widthPx = 0, heightPx = 0 } = sizeOf(text === 'lower' ? lower : upper) ?? {};
    return { widthPx: even(widthPx), heightPx: even(heightPx) };
  }
  const [widthPx = 0, heightPx = 0] = text.split('x').map(Number);
  if (!(widthPx >= 2 && heightPx >= 2 && widthPx <= 8192 && heightPx <= 8192))
    throw new OperationFailed(`composite: output-resolution is ${text}; from 2x2 to 8192x8192 is possible`);
  return { widthPx: even(widthPx), heightPx: even(heightPx) };
}

function backgroundOf({ keys }: OperationContext): string {
  const colour = keys.text('output-background') ?? 'black';
  if (/^(0x|#)?[0-9a-fA-F]{6}([0-9a-fA-F]{2})?$|^[a-zA-Z]{1,30}$/.test(colour)) return colour;
  throw new OperationFailed(
    `composite: output-background is ${colour.slice(0, 40)}: a name such as black, or 0xRRGGBB is allowed`,
  );
}
