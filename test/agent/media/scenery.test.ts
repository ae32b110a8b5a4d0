import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openPictureMemory } from '#agent/media/picture-memory.ts';
import type { Scene } from '#agent/media/scene.ts';
import { openScenery, type SceneValues } from '#agent/media/scenery.ts';
import type { Renderer } from '#overlays/render.ts';

const picture = { widthPx: 16, heightPx: 16, rgba: new Uint8Array(16 * 16 * 4).fill(255) };
const values = { hall: 'Amphi_D', locale: 'fr' } as SceneValues;
const sizePx = { widthPx: 640, heightPx: 360 };

function rig() {
  let drawn = 0;
  const draw = async () => {
    drawn += 1;
    return picture;
  };
  const renderer: Renderer = {
    renderText: draw,
    renderLogo: draw,
    renderClock: draw,
    renderBackground: async () => ({ ...sizePx, rgba: new Uint8Array(sizePx.widthPx * sizePx.heightPx * 4) }),
  };
  const memory = openPictureMemory(64 << 20);
  const scenery = openScenery({ memory, renderer, onTrouble: (_about, error) => assert.fail(String(error)) });
  const show = async (image: string): Promise<void> => {
    const overlay = { kind: 'logo', name: 'logo', image, rect: { x: 0, y: 0, width: 0.5, height: 0.5 }, z: 1 };
    const rect = { x: 0, y: 0, width: 320, height: 180 };
    const scene = { sizePx, background: { colour: 'black' }, windows: [], overlays: [{ overlay, rect }] };
    scenery.keep([await scenery.build(scene as unknown as Scene, values, 0)]);
  };
  return { show, drawn: () => drawn };
}

test('what was shown a moment ago is not drawn again, and what was shown long ago is forgotten', async () => {
  const { show, drawn } = rig();
  for (let n = 0; n < 10; n++) {
    await show('one');
    await show('two');
  }
  assert.equal(drawn(), 2);
  for (let n = 0; n < 7; n++) await show(`other ${n}`);
  assert.equal(drawn(), 9);
  await show('two');
  assert.equal(drawn(), 10);
  await show('other 6');
  assert.equal(drawn(), 10);
});
