import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timelineSprite } from '#central/editing/timeline-sprite.ts';
import { tileOf } from '#central/pages/editor/model/sprite.ts';
import { otherOf } from '#central/pages/editor/session.ts';
import type { ElementRow } from '#central/store/tables.ts';

const SPRITE = { count: 10, columns: 4, rows: 3 };
const BOX = { widePx: 96, tallPx: 54 };

test('each frame has the small picture of its stretch, the last one too', () => {
  const at = (frame: number, frames = 1000) => tileOf(SPRITE, { frame, frames }, BOX);
  assert.deepEqual(
    [0, 99, 100, 999, 5000].map((frame) => at(frame).n),
    [0, 0, 1, 9, 9],
  );
  assert.deepEqual(at(550), { n: 5, size: '384px 162px', position: '-96px -54px' });
  assert.equal(at(0, 0).n, 0, 'a recording without a length');
});

const element = (tags: string[], more: Partial<ElementRow> = {}): ElementRow => ({
  id: 'x',
  kind: 'attachment',
  flavor: 'presenter/timeline+preview',
  tags,
  file_name: 'sprite.jpg',
  path: 'x',
  mime_type: 'image/jpeg',
  size_bytes: 1,
  md5: '',
  start_ms: null,
  duration_ms: null,
  streams: null,
  problem: null,
  ...more,
});
const tags = (ms: string): string[] => [
  'imageCount:100',
  'imageSizeX:10',
  'imageSizeY:10',
  'resolutionX:160',
  'resolutionY:90',
  `durationMs:${ms}`,
];

test('small pictures are those of the recording as it is, never of one that was cut, or of somebody else', () => {
  const found = (one: ElementRow) => timelineSprite({ elements: [one] }, 'presenter', { durationMs: 7_200_000 })?.count;
  assert.equal(found(element(tags('7199000'))), 100);
  assert.equal(found(element(tags('6000000'))), undefined, 'of what was left after a cut');
  assert.equal(found(element(tags('7200000').slice(0, 5))), undefined, 'nobody knows of which length');
  assert.equal(found(element(tags('7200000'), { flavor: 'presentation/timeline+preview' })), undefined);
  assert.equal(found(element(['imageCount:1e9', ...tags('7200000').slice(1)])), undefined);
  assert.equal(
    found(element(['imageCount:101', ...tags('7200000').slice(1)])),
    undefined,
    'more than there is room for',
  );
});

test('another editor is told as who was here first, who took over, or who came second', () => {
  const lock = { account: 'a', since: '2026-11-30T09:00:00Z', expires: '', isOwn: false, second: null };
  const own = { ...lock, isOwn: true, second: { account: 'b', at: '2026-11-30T09:05:00Z' } };
  const kinds = [
    otherOf(undefined, 'has'),
    otherOf(lock, 'has'),
    otherOf(lock, undefined),
    otherOf(lock, 'came'),
    otherOf({ ...own, second: null }, 'has'),
    otherOf(own, undefined),
  ].map((one) => one && `${one.account} ${one.kind}`);
  assert.deepEqual(kinds, [undefined, 'a has', 'a took', 'a took', undefined, 'b came']);
});
