import sharp from 'sharp';

import { type ClockSpec, openClock } from './clock.ts';
import { parseColour } from './colour.ts';
import { OverlayError } from './overlay-error.ts';
import { findPicture } from './picture-file.ts';
import { drawPicture } from './picture.ts';
import { blankImage, checkSize, fillBand, type RgbaImage } from './pixels.ts';
import { openRecent } from './recent.ts';
import { drawText, type TextSpec } from './text.ts';
import { LONGEST_TEXT, openTypesetter } from './typeset.ts';

/** A logo to draw. */
export interface LogoSpec {
  /** A name in the overlays folder; without an ending, `.svg`, `.png`, `.webp`, `.jpg` and `.jpeg` are tried. */
  file: string;
  widthPx: number;
  heightPx: number;
  /** Opacity, 0 to 1. */
  opacity: number;
}

/** A background to draw. */
export interface BackgroundSpec {
  colour: string;
  /**
   * A name in the overlays folder; the picture fills the canvas and its edges are cut. Without it, the colour alone.
   */
  image?: string | undefined;
  widthPx: number;
  heightPx: number;
}

/**
 * Draws overlays. Every picture has exactly the size asked for (sides 1 to 8192) and is shared by all who ask for the
 * same, so it must not be written to. Texts and pictures are drawn off the main thread. Rejects with an OverlayError
 * whose message is for people; files and texts can do no other harm.
 */
export interface Renderer {
  /** A text in its band. For `''` the picture is empty; for spaces alone it has the band. */
  renderText(spec: TextSpec): Promise<RgbaImage>;
  /** PNG, JPEG, WebP or SVG in its own shape, at the left of the room; undefined without such a file. */
  renderLogo(spec: LogoSpec): Promise<RgbaImage | undefined>;
  /** The background as an opaque picture. */
  renderBackground(spec: BackgroundSpec): Promise<RgbaImage>;
  /** A clock at `atMs`; takes about 0.2 ms when its digits are drawn. */
  renderClock(spec: ClockSpec): Promise<RgbaImage>;
}

/** Pictures that are kept to be shared; with a further one the oldest is forgotten, and drawn again when needed. */
const MOST_REMEMBERED = 64;
/**
 * Bytes of the pictures that are kept. The background of a canvas of 1280x720 has more, so it is not kept: its caller
 * keeps it in the form in which it is shown.
 */
const MOST_REMEMBERED_BYTES = 3_000_000;

/** Makes a renderer. `folder` has the logos and backgrounds; it may be missing. */
export function openRenderer({ folder }: { folder: string }): Renderer {
  // One thread for each picture and no cache in libvips: processors and memory of the box are for the video.
  sharp.concurrency(1);
  sharp.cache(false);
  const typesetter = openTypesetter();
  const clock = openClock(typesetter);
  const recall = openRecent<RgbaImage>(MOST_REMEMBERED, MOST_REMEMBERED_BYTES, ({ rgba }) => rgba.length);

  return {
    async renderText(spec) {
      checkSize(spec.widthPx, spec.heightPx);
      const bounded = { ...spec, text: spec.text.slice(0, LONGEST_TEXT + 1) };
      return recall(`text ${JSON.stringify(bounded)}`, () => drawText(typesetter, bounded));
    },

    async renderLogo(spec) {
      checkSize(spec.widthPx, spec.heightPx);
      if (!(spec.opacity >= 0 && spec.opacity <= 1))
        throw new OverlayError('colour', `an opacity of ${spec.opacity}: it goes from 0 to 1`);
      const file = await findPicture(folder, spec.file);
      const key = `logo ${file?.stamp} ${JSON.stringify(spec)}`;
      return (
        file &&
        recall(key, async () =>
          faded(await drawPicture(spec.file, await file.read(), { ...spec, fit: 'contain' }), spec.opacity),
        )
      );
    },

    async renderBackground(spec) {
      checkSize(spec.widthPx, spec.heightPx);
      const { image } = spec;
      const file = image === undefined ? undefined : await findPicture(folder, image);
      return recall(`background ${file?.stamp} ${JSON.stringify(spec)}`, async () => {
        const ground = { ...parseColour(spec.colour), alpha: 255 };
        if (file) return drawPicture(image ?? '', await file.read(), { ...spec, fit: 'cover', ground });
        const canvas = blankImage(spec.widthPx, spec.heightPx);
        fillBand(canvas, ground, 0);
        return canvas;
      });
    },

    renderClock: async (spec) => clock.draw(spec),
  };
}

function faded(image: RgbaImage, opacity: number): RgbaImage {
  const { rgba } = image;
  if (opacity < 1) for (let i = 3; i < rgba.length; i += 4) rgba[i] = Math.round((rgba[i] ?? 0) * opacity);
  return image;
}
