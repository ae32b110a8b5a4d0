import { startBox } from './box.ts';
import { sourceFile } from './sources.ts';

/** Size and frame rate of the clips of slides and camera, and of the picture that is made of them. */
export const CLIP = { size: { widthPx: 1280, heightPx: 720 }, fps: 15 } as const;

/**
 * Starts a box with layout 5 (the camera in a corner of the slides) that plays both from files of half a minute, in a
 * loop.
 */
export async function startClipBox(device: object = {}) {
  const source = async (name: 'slides' | 'camera') => ({
    source: {
      driver: 'file',
      path: await sourceFile({ name, size: CLIP.size, frameRate: CLIP.fps, seconds: 36, coding: 'live' }),
    },
  });
  return startBox({
    layout: 5,
    inputs: { 1: await source('slides'), 3: await source('camera') },
    encoders: { archive: { hardware: 'off' } },
    ...device,
  });
}
