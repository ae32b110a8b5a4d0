import { inFilter } from '@amphi/lib/ffmpeg/argv.ts';
import type { ElementRow } from '../../../../store/tables.ts';
import { hasSound } from '../../selecting.ts';
import { sizeOf, type Track } from './examined.ts';
import { placeOf, placeOfWatermark, type Layout, type Place, type Size } from './layouts.ts';
import type { ProfileRun } from './run-profile.ts';

/** Two pictures, or one, on a canvas. */
export interface Composition {
  lower: Track;
  upper: Track | undefined;
  watermark: Track | undefined;
  canvas: Size;
  /** Colour behind the pictures, as FFmpeg names it. */
  background: string;
  layouts: { lower: Layout; upper: Layout | undefined; watermark: Layout | undefined };
  /** Whose sound is heard. */
  sound: 'both' | 'upper' | 'lower';
}

/** Variables and conditions of a profile for composing (facts/opencast 3.13). */
export function compositeValues(
  { lower, upper, watermark, canvas, background, layouts, sound }: Composition,
  pathOf: (element: Pick<ElementRow, 'path'>) => string,
): Pick<ProfileRun, 'values' | 'conditions'> {
  const below = placeOf(sizeOf(lower) ?? canvas, canvas, layouts.lower);
  const above = upper && layouts.upper && placeOf(sizeOf(upper) ?? canvas, canvas, layouts.upper);
  const mark =
    watermark && layouts.watermark && placeOfWatermark(sizeOf(watermark) ?? canvas, canvas, layouts.watermark);
  const padLower = `${canvas.widthPx}:${canvas.heightPx}:${below.leftPx}:${below.topPx}:${background}`;
  const watermarkFile = watermark && inFilter(pathOf(watermark));
  const filters = [
    `[in]scale=${scaleOf(below)},pad=${padLower}${above || mark ? '[lower]' : '[out]'}`,
    ...(upper && above ? [`movie=${inFilter(pathOf(upper))},scale=${scaleOf(above)}[upper]`] : []),
    ...(above ? [`[lower][upper]overlay=${cornerOf(above)}${mark ? '[video]' : '[out]'}`] : []),
    ...(mark
      ? [`movie=${watermarkFile}[watermark];[${above ? 'video' : 'lower'}][watermark]overlay=${cornerOf(mark)}[out]`]
      : []),
  ];
  return {
    conditions: {
      'if-single-stream': !above,
      'if-dual-stream': above !== undefined,
      'if-watermark': mark !== undefined,
      'if-no-watermark': mark === undefined,
    },
    values: {
      scaleLower: scaleOf(below),
      padLower,
      scaleUpper: above && scaleOf(above),
      upperPosition: above && cornerOf(above),
      upperFile: upper && pathOf(upper),
      watermarkFile,
      watermarkPosition: mark && cornerOf(mark),
      compositeCommand: filters.join(';'),
      // Of one picture the sound that FFmpeg takes by itself is the right one.
      audioMapping: upper && above ? audioMapping(lower, upper, sound) : [],
    },
  };
}

const scaleOf = ({ widthPx, heightPx }: Place): string => `${widthPx}:${heightPx}`;
const cornerOf = ({ leftPx, topPx }: Place): string => `${leftPx}:${topPx}`;

function audioMapping(lower: Track, upper: Track, sound: Composition['sound']): string[] {
  const heard = [
    ...(sound !== 'upper' && hasSound(lower) ? ['0:a:0'] : []),
    ...(sound !== 'lower' && hasSound(upper) ? ['1:a:0'] : []),
  ];
  if (heard.length < 2) return ['', '-map', '[out]', ...heard.flatMap((one) => ['-map', one])];
  return [';[0:a:0][1:a:0]amix=inputs=2:duration=longest[aout]', '-map', '[out]', '-map', '[aout]'];
}
