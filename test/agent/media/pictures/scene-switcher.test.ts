import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SceneDrawing } from '#agent/media/pictures/compositor.ts';
import type { Scene } from '#agent/media/pictures/scene.ts';
import type { SceneValues } from '#agent/media/pictures/scene-renderer.ts';
import { openSceneSwitcher } from '#agent/media/pictures/scene-switcher.ts';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const values = {} as SceneValues;

function rig() {
  const built: string[] = [];
  const nowMs = 1000;
  const switcher = openSceneSwitcher(
    {
      async build(scene) {
        built.push(scene.background?.colour ?? 'none');
        return {
          windows: scene.windows,
          background: undefined,
          overlays: [],
          timecodes: [],
          of: scene,
        } as SceneDrawing;
      },
      keep: () => undefined,
    },
    () => nowMs,
  );
  const scene = (colour: string): Scene => ({
    sizePx: { widthPx: 2, heightPx: 2 },
    background: { colour },
    windows: [],
    overlays: [],
  });
  const shown = (): string | undefined =>
    (switcher.drawingAt(nowMs) as SceneDrawing & { of?: Scene }).of?.background?.colour;
  return { built, show: (colour: string) => switcher.show(scene(colour), values), shown };
}

test('a change is drawn at once, and shown at the next frame', async () => {
  const { built, show, shown } = rig();
  show('red');
  await settled();
  assert.deepEqual([built, shown()], [['red'], 'red']);
  show('blue');
  await settled();
  assert.deepEqual([built, shown()], [['red', 'blue'], 'blue']);
});

test('of many changes within a frame the first and the last are drawn, and the last is shown after two frames', async () => {
  const { built, show, shown } = rig();
  for (let n = 0; n < 100; n++) {
    show(`colour ${n}`);
    await settled();
  }
  assert.deepEqual(built, ['colour 0']);
  assert.equal(shown(), 'colour 0');
  await settled();
  assert.deepEqual([built, shown()], [['colour 0', 'colour 99'], 'colour 99']);
  await settled();
  shown();
  await settled();
  assert.deepEqual(built, ['colour 0', 'colour 99']);
});
