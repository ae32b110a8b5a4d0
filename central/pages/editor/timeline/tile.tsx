import type { ShownSprite } from '../../../editing/shown-edit.ts';
import { tileOf } from '../model/sprite.ts';

interface TileSettings {
  sprite: ShownSprite;
  frame: number;
  frames: number;
  tallPx: number;
  left?: string;
}

/** Width in pixels of small pictures that are `tallPx` high. */
export const wideOf = ({ widthPx, heightPx }: ShownSprite, tallPx: number): number =>
  Math.round((tallPx * widthPx) / heightPx);

/** A small picture of the recording, out of the picture that has all. */
export function Tile({ sprite, frame, frames, tallPx, left }: TileSettings) {
  const widePx = wideOf(sprite, tallPx);
  const { n, size, position } = tileOf(sprite, { frame, frames }, { widePx, tallPx });
  const style = {
    backgroundImage: `url("${sprite.url}")`,
    backgroundSize: size,
    backgroundPosition: position,
    width: `${widePx}px`,
    height: `${tallPx}px`,
    ...(left === undefined ? {} : { left }),
  };
  return <div class="tile" data-n={n} style={style} />;
}
