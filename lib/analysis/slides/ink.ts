import { EQUAL_TO, GRAY, originOf, TILE_PX } from './gray.ts';

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

/** The pixels of some tiles that changed. */
export interface InkChange {
  changed: number;
  /** Those of them that were not empty before: content that went or was replaced. */
  lost: number;
  /** How alike the tiles are before and after, -1 to 1; near 1 if content only became stronger or fainter. */
  likeness: number;
}

/** Compares some tiles of two pictures; `empty` is the emptiness of the first one. */
export function inkChange(
  before: Uint8Array,
  after: Uint8Array,
  empty: Uint8Array,
  tiles: readonly number[],
): InkChange {
  let [changed, lost] = [0, 0];
  const sums = { a: 0, b: 0, aa: 0, bb: 0, ab: 0 };
  for (const tile of tiles) {
    const origin = originOf(tile);
    for (let y = 0; y < TILE_PX; y++) {
      const row = origin + y * GRAY.widthPx;
      for (let at = row; at < row + TILE_PX; at++) {
        const [a, b] = [before[at]!, after[at]!];
        sums.a += a;
        sums.b += b;
        sums.aa += a * a;
        sums.bb += b * b;
        sums.ab += a * b;
        if (Math.abs(a - b) <= EQUAL_TO) continue;
        changed += 1;
        if (!empty[at]) lost += 1;
      }
    }
  }
  return { changed, lost, likeness: correlation(sums, tiles.length * TILE_PX ** 2) };
}

function correlation(sums: Record<'a' | 'b' | 'aa' | 'bb' | 'ab', number>, count: number): number {
  const spread = (sums.aa * count - sums.a ** 2) * (sums.bb * count - sums.b ** 2);
  return spread <= 0 ? 0 : (sums.ab * count - sums.a * sums.b) / Math.sqrt(spread);
}
