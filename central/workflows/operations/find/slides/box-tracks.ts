import { parseLayoutTrack } from '@amphi/lib/analysis/slides/layout-track.ts';
import type { Slide } from '@amphi/lib/analysis/slides/slide-detector.ts';
import { parseSlideList } from '@amphi/lib/analysis/slides/slide-list.ts';
import { slidesThroughCut, windowsThroughCut } from '@amphi/lib/analysis/slides/slide-pieces.ts';
import { windowsOf, type Window } from '@amphi/lib/analysis/slides/windows.ts';
import { lengthOf, type Interval } from '@amphi/lib/media/intervals.ts';
import { keptWithin } from '@amphi/lib/opencast/smil/kept.ts';
import { parseCutList } from '@amphi/lib/opencast/smil/read-cut-list.ts';
import { sidesOf } from '@amphi/lib/opencast/workflows/selection.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import type { OperationContext } from '../../../run/operation.ts';
import { readText } from '../../read-text.ts';

/** Subtypes of the flavors of what a box hands over with a track: its slides, and where the channels are in the picture. */
const SLIDES = 'slides';
const LAYOUT = 'layout';
/** Flavor of the list by which a film was cut. */
const CUT_LIST = 'smil/cutting';

/** Bytes of a track of a box; one with more is not read. A day with a change each second has some megabytes. */
const MOST_BYTES = 8 << 20;
/** Milliseconds by which the length of a film may differ from what the box says: sound and picture end at different times. */
const SAME_LENGTH_MS = 1500;

/** What a box says of a film, with the film's own times. */
export interface BoxTracks {
  /** Where the slides are in the picture; none: they are not seen at all. Undefined: the box does not say it. */
  windows: readonly Window[] | undefined;
  /** Slides that the box found; undefined: it did not look. */
  slides: readonly Slide[] | undefined;
}

type Context = Pick<OperationContext, 'elements' | 'pathOf' | 'log'>;
type Film = Pick<ElementRow, 'flavor' | 'duration_ms'>;

const toldWith = ({ elements }: Pick<Context, 'elements'>, { flavor }: Film, subtype: string): ElementRow | undefined =>
  elements.findLast((element) => element.flavor === `${sidesOf(flavor)[0]}/${subtype}`);

/** How sure it is that slides are in a film: 2, since the box found some; 1, since it showed them; 0: not known; -1: it never did. */
export async function surenessOf(context: Pick<Context, 'elements' | 'pathOf'>, film: Film): Promise<number> {
  if (toldWith(context, film, SLIDES)) return 2;
  const layout = await read({ ...context, log: () => undefined }, toldWith(context, film, LAYOUT), parseLayoutTrack);
  if (!layout) return 0;
  return windowsOf(layout.layouts, 'A', layout.durationMs).length > 0 ? 1 : -1;
}

/**
 * What the box says of a film. Its times are those of the recording; of a film that was cut, they are reckoned by its cut list. What
 * cannot be read, or belongs to a film of another length, is named in the log and counts as not said.
 */
export async function boxTracks(context: Context, film: Film): Promise<BoxTracks> {
  const [layout, list] = [
    await read(context, toldWith(context, film, LAYOUT), parseLayoutTrack),
    await read(context, toldWith(context, film, SLIDES), parseSlideList),
  ];
  const durationMs = layout?.durationMs ?? list?.durationMs;
  if (durationMs === undefined) return { windows: undefined, slides: undefined };
  const kept = await keptOf(context, film, durationMs);
  if (!kept) {
    context.log(
      'what the box says of the slides is left out: this film has another length than its recording',
      'warning',
    );
    return { windows: undefined, slides: undefined };
  }
  return {
    windows: layout && windowsThroughCut(windowsOf(layout.layouts, 'A', durationMs), kept),
    slides: list && slidesThroughCut(list.slides, kept),
  };
}

async function read<T>(
  context: Context,
  element: ElementRow | undefined,
  parse: (text: string) => T | undefined,
): Promise<T | undefined> {
  if (!element) return undefined;
  const told = await readText(context, element, MOST_BYTES).then(parse, () => undefined);
  if (!told) context.log(`${element.file_name} is left out: it is no track of a box`, 'warning');
  return told;
}

/** Stretches of the recording that the film has; undefined: nobody knows. */
async function keptOf(context: Context, film: Film, durationMs: number): Promise<readonly Interval[] | undefined> {
  const whole = [{ fromMs: 0, toMs: durationMs }];
  const isLong = (ms: number): boolean => Math.abs((film.duration_ms ?? durationMs) - ms) <= SAME_LENGTH_MS;
  if (isLong(durationMs)) return whole;
  const element = context.elements.findLast(({ flavor }) => flavor === CUT_LIST);
  const text = element && (await readText(context, element, MOST_BYTES).catch(() => undefined));
  if (text === undefined) return undefined;
  try {
    const { kept } = keptWithin(parseCutList(text).segments, durationMs);
    return isLong(lengthOf(kept)) ? kept : undefined;
  } catch {
    return undefined;
  }
}
