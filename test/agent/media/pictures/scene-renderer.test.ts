import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { openPictureMemory } from '#agent/media/pictures/picture-memory.ts';
import type { Scene } from '#agent/media/pictures/scene.ts';
import { openSceneRenderer, type SceneValues } from '#agent/media/pictures/scene-renderer.ts';
import { openRenderer } from '#overlays/render.ts';

const RECT = { x: 0, y: 0, width: 64, height: 32 };
const VALUES = { hall: 'Amphi D', locale: 'fr' } as SceneValues;
const SQUARE =
  '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"><rect width="8" height="8" fill="red"/></svg>';

function sceneWith(files: readonly string[]): Scene {
  const overlays = files.map((file, z) => ({
    z,
    rect: RECT,
    overlay: {
      kind: 'logo' as const,
      name: file.slice(0, 1),
      file,
      opacity: 1,
      rect: { x: 0, y: 0, width: 0.5, height: 0.5 },
      z,
    },
  }));
  return { sizePx: { widthPx: 128, heightPx: 64 }, background: { colour: '#000000' }, windows: [], overlays };
}

test('an overlay that cannot be drawn is told; told again when it can, or is not wanted any more', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'amphi-scene-'));
  t.after(() => rm(folder, { recursive: true }));
  const told: string[] = [];
  const sceneRenderer = openSceneRenderer({
    memory: openPictureMemory(8 << 20),
    renderer: openRenderer({ folder }),
    onTrouble: (about, error) => void told.push(`${about} ${error === undefined ? 'well' : 'trouble'}`),
  });
  const build = async (files: readonly string[], filesRevision: number): Promise<number> => {
    const drawing = await sceneRenderer.build(sceneWith(files), { ...VALUES, filesRevision }, 0);
    sceneRenderer.keep([drawing]);
    return drawing.overlays.length;
  };
  for (const file of ['a.svg', 'b.svg']) await writeFile(join(folder, file), 'no picture');
  assert.equal(await build(['a.svg', 'b.svg'], 0), 0);
  assert.deepEqual(told.splice(0).toSorted(), ['overlay/a trouble', 'overlay/b trouble']);
  await writeFile(join(folder, 'a.svg'), SQUARE);
  assert.equal(await build(['a.svg', 'b.svg'], 1), 1);
  assert.deepEqual(told.splice(0).toSorted(), ['overlay/a well', 'overlay/b trouble']);
  assert.equal(await build(['a.svg'], 1), 1);
  assert.deepEqual(told.splice(0), ['overlay/b well']);
});
