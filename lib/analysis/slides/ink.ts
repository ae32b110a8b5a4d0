import { EQUAL_TO, GRAY, GRAY_BYTES, pixelsOf, TILES } from './gray.ts';
import { patchesOf, type Patch } from './patches.ts';
import { isSmallBox, SMALL_PIXELS } from './small-change.ts';

/** Greatest difference of levels around a pixel, of 255, up to which the picture is plain there. */
const PLAIN_TO = 14;
/** Part of a picture that must have one level, so that this level is one of the background. */
const BACKGROUND_PART = 0.06;
/** Part of a picture that levels of the background must fill; with less, the background is a gradient of any level. */
const LEVELS_PART = 0.35;
const LEVEL_BITS = 3;
const LEVELS = 256 >> LEVEL_BITS;

/** Where a picture is empty: 1 for each pixel of plain background, 0 for letters, lines and pictures. */
export function emptinessOf(picture: Uint8Array): Uint8Array {
  const plain = plainnessOf(picture);
  const counts = new Float64Array(LEVELS);
  for (const [at, level] of picture.entries()) if (plain[at]) counts[level >> LEVEL_BITS]! += 1 / picture.length;
  const isGround = Uint8Array.from(counts, (part) => (part >= BACKGROUND_PART ? 1 : 0));
  const covered = counts.reduce((sum, part, level) => sum + (isGround[level] ? part : 0), 0);
  if (covered < LEVELS_PART) return plain;
  return plain.map((is, at) => {
    const level = picture[at]! >> LEVEL_BITS;
    return is && (isGround[level] || isGround[level - 1] || isGround[level + 1]) ? 1 : 0;
  });
}

function plainnessOf(picture: Uint8Array): Uint8Array {
  const plain = new Uint8Array(picture.length);
  const { widthPx, heightPx } = GRAY;
  for (let y = 0; y < heightPx; y++) {
    for (let x = 0; x < widthPx; x++) {
      let [least, most] = [255, 0];
      for (let v = Math.max(0, y - 1); v <= Math.min(heightPx - 1, y + 1); v++) {
        for (let u = Math.max(0, x - 1); u <= Math.min(widthPx - 1, x + 1); u++) {
          const level = picture[v * widthPx + u]!;
          if (level < least) least = level;
          if (level > most) most = level;
        }
      }
      plain[y * widthPx + x] = most - least <= PLAIN_TO ? 1 : 0;
    }
  }
  return plain;
}

/** Part of all pixels, from which on a change leaves no slide to which something could be added. */
const NEW_PICTURE = 0.45;
/** Pixels of content that went, and their part of all that changed, from which on a slide is a new one. */
const LOST_PIXELS = 60;
const LOST_PART = 0.1;
/** Pixels of a tile that went, at least; fewer come from encoding. */
const LOST_IN_TILE = 3;
/** Likeness of two contents that differ in strength alone, as a point of a list that is dimmed. */
const SAME_CONTENT = 0.8;

/**
 * Whether content was replaced, not only added; `empty` is the emptiness of `before`. A pointer that went does not
 * count, nor content that became fainter.
 */
export function isReplaced(
  before: Uint8Array,
  after: Uint8Array,
  empty: Uint8Array,
  patches: readonly Patch[],
): boolean {
  let changed = 0;
  const lostIn = new Uint16Array(TILES);
  for (const { tiles } of patches) {
    const change = inkChange(before, after, empty, tiles);
    changed += change.changed;
    if (change.likeness >= SAME_CONTENT) continue;
    for (const [at, lost] of change.lost.entries()) lostIn[tiles[at]!] = lost;
  }
  const lost = patchesOf((tile) => lostIn[tile]! >= LOST_IN_TILE)
    .map((patch) => ({ patch, pixels: patch.tiles.reduce((sum, tile) => sum + lostIn[tile]!, 0) }))
    .filter(({ patch, pixels }) => !isSmallBox(patch) || pixels > SMALL_PIXELS)
    .reduce((sum, { pixels }) => sum + pixels, 0);
  return changed >= NEW_PICTURE * GRAY_BYTES || lost >= Math.max(LOST_PIXELS, LOST_PART * changed);
}

interface InkChange {
  changed: number;
  /** Pixels of each tile that changed and were not empty before. */
  lost: readonly number[];
  /** How alike the content is before and after, -1 to 1; near 1 if it only became stronger or fainter. */
  likeness: number;
}

function inkChange(before: Uint8Array, after: Uint8Array, empty: Uint8Array, tiles: readonly number[]): InkChange {
  let [changed, inked] = [0, 0];
  const sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  const lost = tiles.map((tile) => {
    let lostHere = 0;
    for (const at of pixelsOf(tile)) {
      const [a, b] = [before[at]!, after[at]!];
      const isChanged = Math.abs(a - b) > EQUAL_TO;
      if (isChanged) changed += 1;
      if (empty[at]) continue;
      inked += 1;
      if (isChanged) lostHere += 1;
      sums.a += a;
      sums.b += b;
      sums.aa += a * a;
      sums.bb += b * b;
      sums.ab += a * b;
    }
    return lostHere;
  });
  return { changed, lost, likeness: correlation(sums, inked) };
}

function correlation(sums: Record<'a' | 'b' | 'aa' | 'bb' | 'ab', number>, count: number): number {
  const spread = (sums.aa * count - sums.a ** 2) * (sums.bb * count - sums.b ** 2);
  return spread <= 0 ? 0 : (sums.ab * count - sums.a * sums.b) / Math.sqrt(spread);
}
