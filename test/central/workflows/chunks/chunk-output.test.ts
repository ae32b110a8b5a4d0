import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chunkOutputs } from '#central/workflows/chunks/plan/chunk-output.ts';
import { openProfiles } from '#central/workflows/profiles/open-profiles.ts';
import { sizeHolds } from '#lib/opencast/profiles/command.ts';
import { profile } from './film-rig.ts';

const holds = (condition: string): boolean | undefined => sizeHolds(condition, { widthPx: 1920, heightPx: 1080 });
const outputs = (options: string) => chunkOutputs(profile('one', options), holds);

const QUALITIES = ['low', 'medium', 'high', 'hd'].map((quality) => `mp4-${quality}.http`);
const FILMS = [...QUALITIES, 'fast.http', 'adaptive-parallel.http', 'parallel.http'];

test('every profile of films that comes with the server goes by pieces', () => {
  const profiles = openProfiles();
  for (const id of FILMS) {
    const found = chunkOutputs(profiles.find(id)!, holds);
    assert.ok(!('why' in found), `${id}: ${'why' in found ? found.why : ''}`);
  }
});

test('options of groups give way to ours, those of quality stay, a rate becomes a filter', () => {
  const found = outputs(
    '-c:v libx264 -crf 21 -g 30 -sc_threshold 0 -flags +cgop -x264-params keyint=30:aq-mode=3 -vf yadif,scale=-2:480 -r 30000/1001 -c:a aac -ac 1',
  );
  assert.ok(!('why' in found), 'why' in found ? found.why : '');
  const [output] = found;
  assert.deepEqual(output?.video, ['-crf', '21']);
  assert.deepEqual(output?.x264, ['aq-mode=3']);
  assert.equal(output?.filters, 'yadif,scale=-2:480,fps=30000/1001');
  assert.deepEqual(output?.rate, { over: 30_000, under: 1001 });
  assert.deepEqual(output?.sound, ['-c:a', 'aac', '-ac', '1']);
});

for (const [options, why] of [
  ['-c:v libx264 -vf yadif=1', /may look at other pictures/],
  ['-c:v libx264 -vf tblend', /may look at other pictures/],
  ['-c:v libx264 -filter:v fps=25:round=up', /changes the number of pictures in its own way/],
  ['-c:v libx264 -vf fps=25 -r 30', /two different rates/],
  ['-c:v libx264 -x264-params intra-refresh=1', /needs the film as a whole/],
  ['-c:v libx264 -pass 1', /-pass 1 is not known/],
  ['-c:v libx264 -shortest -c:a aac', /-shortest .* is not known/],
  ['-vn -c:a aac', /-vn .* is not known/],
  ['-c:v libx264 -map 0:a', /no pictures/],
  ['-c:v libx264 -c:a libmp3lame', /coded by libmp3lame, not as AAC/],
  ['-c:v libx264 -vf scale=-2:360[x];[x]null', /a graph, not a chain/],
  ['-c:v libx264 -r 1000', /none from 1 to 240/],
] as const) {
  test(`"${options}" is left to be encoded whole, and it says why`, () => {
    const found = outputs(options);
    assert.ok('why' in found, JSON.stringify(found));
    assert.match(found.why, why);
  });
}
