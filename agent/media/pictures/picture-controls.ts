import { at, planesOf, type Picture as Frame } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import type { Picture } from '#agent/device/state.ts';
import type { Rect } from '#lib/media/geometry.ts';

/** The value of a control that changes nothing; controls are 0 to 127 (SMP 351 BRIT, CONT, COLR, TINT). */
export const NEUTRAL = 64;

/** Whether the controls change nothing. */
export const isNeutral = (picture: Picture): boolean =>
  picture.brightness === NEUTRAL &&
  picture.contrast === NEUTRAL &&
  picture.colour === NEUTRAL &&
  picture.tint === NEUTRAL;

/** Applies brightness, contrast, colour and tint to a rectangle of a frame, in place. */
export type PictureControls = (frame: Frame, rect: Rect, picture: Picture) => void;

/** Opens the controls. */
export function openPictureControls(memory: PictureMemory): PictureControls {
  const { kernels } = memory;
  const table = memory.allocate(256);
  let tableOf = '';
  return (frame, rect, picture) => {
    const [y, u, v] = planesOf(frame);
    if (picture.brightness !== NEUTRAL || picture.contrast !== NEUTRAL) {
      const key = `${picture.brightness}/${picture.contrast}`;
      if (key !== tableOf) memory.bytes.set(lumaTable(picture), table);
      tableOf = key;
      kernels.lookUpPlane(at(y, rect), y.stride, at(y, rect), y.stride, rect.width, rect.height, table);
    }
    if (picture.colour === NEUTRAL && picture.tint === NEUTRAL) return;
    const { cos, sin } = chromaTurn(picture);
    const [uAt, vAt] = [at(u, rect), at(v, rect)];
    kernels.turnChroma(uAt, vAt, u.stride, uAt, vAt, u.stride, rect.width / 2, rect.height / 2, cos, sin);
  };
}

/**
 * Table for luma: contrast scales around mid grey by 0 to 2, brightness moves by up to half of the range. The range
 * stays limited.
 */
function lumaTable({ brightness, contrast }: Picture): Uint8Array {
  const slope = contrast / NEUTRAL;
  const lift = ((brightness - NEUTRAL) / NEUTRAL) * 110;
  return Uint8Array.from({ length: 256 }, (_, luma) => Math.max(16, Math.min(235, (luma - 126) * slope + 126 + lift)));
}

/** Rotation of chroma: colour scales by 0 to 2, tint turns by up to 45 degrees either way; fixed point with 12 bits. */
function chromaTurn({ colour, tint }: Picture): { cos: number; sin: number } {
  const angle = ((tint - NEUTRAL) / NEUTRAL) * (Math.PI / 4);
  const stretch = (colour / NEUTRAL) * 4096;
  return { cos: Math.round(Math.cos(angle) * stretch), sin: Math.round(Math.sin(angle) * stretch) };
}
