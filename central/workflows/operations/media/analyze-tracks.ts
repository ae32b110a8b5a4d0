import type { ElementRow } from '../../../store/tables.ts';
import { OperationFailed, type Operation, type OperationContext, type OperationNeeds } from '../../run/operation.ts';
import { hasPicture, hasSound, sourcesOf } from '../selecting.ts';
import { allExamined, rateOf, sizeOf } from './commands/examined.ts';

/** `analyze-tracks`: sets variables about tracks, by their flavors: `presenter_source_video`, `…_resolution_y` and others. */
export const analyzeTracks = (needs: OperationNeeds): Operation => ({
  id: 'analyze-tracks',
  weight: 'light',
  async run(context) {
    const tracks = await allExamined(needs, context, sourcesOf(context));
    if (tracks.length === 0) {
      if (context.keys.flag('fail-no-tracks')) throw new OperationFailed('no track has these flavors or tags');
      return { kind: 'skip', why: 'no track has these flavors or tags' };
    }
    const ratios = ratiosOf(context);
    const variables = tracks.flatMap((track) => variablesOf(track, ratios));
    for (const [name, value] of variables) context.log(`${name}=${value}`);
    return { kind: 'done', variables: new Map(variables) };
  },
});

/** A ratio of width and height, as it is written. */
interface Ratio {
  text: string;
  value: number;
}

/** Ratios of the key `aspect-ratio`. Throws `OperationFailed` for what is no ratio. */
const ratiosOf = ({ keys }: OperationContext): Ratio[] =>
  keys.list('aspect-ratio').map((text) => {
    const [, over, under] = /^(\d{1,5})\/(\d{1,5})$/.exec(text) ?? [];
    const value = Number(over) / Number(under);
    if (!Number.isFinite(value) || value === 0)
      throw new OperationFailed(
        `aspect-ratio has ${JSON.stringify(text.slice(0, 40))}: ratios such as 16/9 are allowed`,
      );
    return { text, value };
  });

function variablesOf(track: ElementRow, ratios: readonly Ratio[]): [string, string][] {
  const prefix = track.flavor.replaceAll('/', '_');
  const size = sizeOf(track);
  const rate = rateOf(track);
  const values: [string, string | undefined][] = [
    ['media', 'true'],
    ['video', hasPicture(track) ? 'true' : undefined],
    ['audio', hasSound(track) ? 'true' : undefined],
    ['subtitle', track.streams?.some(({ kind }) => kind === 'subtitle') ? 'true' : undefined],
    ['resolution_x', size && String(size.widthPx)],
    ['resolution_y', size && String(size.heightPx)],
    ['aspect', size && aspectOf(size)],
    ['aspect_snap', size && nearest(size, ratios)],
    ['framerate', rate === undefined ? undefined : decimal(rate)],
    ['duration', track.duration_ms === null ? undefined : decimal(track.duration_ms / 1000)],
  ];
  return values.flatMap(([name, value]) =>
    value === undefined ? [] : [[`${prefix}_${name}`, value] as [string, string]],
  );
}

type Size = NonNullable<ReturnType<typeof sizeOf>>;

/** The exact ratio: `16/9`. */
function aspectOf({ widthPx, heightPx }: Size): string {
  const by = divisor(widthPx, heightPx);
  return `${widthPx / by}/${heightPx / by}`;
}

const divisor = (one: number, other: number): number => (other === 0 ? one : divisor(other, one % other));

/** The nearest of some ratios; without any the exact one. */
function nearest(size: Size, ratios: readonly Ratio[]): string {
  const own = size.widthPx / size.heightPx;
  const [first] = ratios.toSorted((one, other) => Math.abs(one.value - own) - Math.abs(other.value - own));
  return first?.text ?? aspectOf(size);
}

/** A number with a point, as Opencast writes it: `30.0`, `112.04`. */
function decimal(value: number): string {
  const text = String(Number(value.toFixed(4)));
  return text.includes('.') ? text : `${text}.0`;
}
