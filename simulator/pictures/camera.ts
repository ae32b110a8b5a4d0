import type { Size } from '#lib/media/geometry.ts';
import { DESK, DESK_SIZE, DESK_TOP, HALL, TEACHER, TEACHER_SIZE } from './camera-drawing.ts';
import { blend, planesOf, type I420, type Sprite } from './i420.ts';
import { CANVAS, randomFrom, renderPicture, renderSprite } from './render.ts';
import type { Painter } from './stamp.ts';

const GRAINS = 4;

/**
 * Opens the camera: a teacher who walks in front of a board, points at it and speaks, with some noise of the camera.
 */
export async function openCamera(size: Size): Promise<Painter> {
  const hall = await renderPicture(HALL, size);
  const halls = Array.from({ length: GRAINS }, (_, at) => grainy(hall, at + 1));
  const poses: Sprite[] = [];
  for (const [arm, mouth] of POSES) poses.push(await renderSprite(TEACHER(arm, mouth), TEACHER_SIZE, size));
  const desk = await renderSprite(DESK, DESK_SIZE, size);
  const scaleX = size.widthPx / CANVAS.widthPx;
  const scaleY = size.heightPx / CANVAS.heightPx;
  return {
    size,
    paint(into, clockMs, voice) {
      into.data.set((halls[Math.floor(clockMs / 40) % GRAINS] as I420).data);
      const { x, y, pose } = teacherAt(clockMs, voice);
      blend(into, poses[pose] as Sprite, Math.round(x * scaleX), Math.round(y * scaleY));
      blend(into, desk, 0, Math.round(DESK_TOP * scaleY));
    },
  };
}

const POSES = ['down', 'up', 'out'].flatMap((arm) => [false, true].map((mouth): [string, boolean] => [arm, mouth]));

/** The teacher's place on the canvas, and the pose. */
function teacherAt(clockMs: number, voice: number): { x: number; y: number; pose: number } {
  const seconds = clockMs / 1000;
  const x = 540 + 270 * Math.sin((seconds * 2 * Math.PI) / 23) + 60 * Math.sin((seconds * 2 * Math.PI) / 7.3);
  const y = 168 + 5 * Math.sin(seconds * 2 * Math.PI * 0.9);
  const arm = Math.floor(seconds / 2.6) % 4;
  return { x, y, pose: (arm === 3 ? 0 : arm) * 2 + (voice > 0.35 ? 1 : 0) };
}

function grainy(picture: I420, seed: number): I420 {
  const random = randomFrom(seed);
  const data = Uint8Array.from(picture.data);
  const { luma } = planesOf({ size: picture.size, data });
  for (let at = 0; at < luma.length; at++) luma[at] = (luma[at] as number) + Math.round(3 * (random() + random() - 1));
  return { size: picture.size, data };
}
