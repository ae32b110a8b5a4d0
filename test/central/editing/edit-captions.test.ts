import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCues, vttOf } from '#central/editing/edit-captions.ts';
import { growsAsItsInput } from '#test/support/growth.ts';

test('captions are the same after they were written and read; an empty text is left out', async () => {
  const cues = [
    { start: 7_200_001, end: 7_200_900, text: 'a & <b>b</b>', speaker: 'Mme Petit' },
    { start: 0, end: 999, text: '<script>x</script>\n00:00:01.000 --> 00:00:02.000' },
    { start: 1000, end: 2000, text: ' \n ' },
  ];
  const text = vttOf(cues, 'fr');
  assert.ok(!text.includes('<script') && text.split('-->').length === 3, text);
  assert.deepEqual(await readCues(Buffer.from(text)), { cues: [cues[1], cues[0]], notes: [] });
});

test('a WebVTT without captions has none; anything else without captions is a mistake', async () => {
  for (const text of ['WEBVTT', 'WEBVTT\n\nNOTE rien\n', vttOf([])])
    assert.deepEqual(await readCues(Buffer.from(text)), { cues: [], notes: [] }, text);
  for (const text of ['', 'hello', '<html>', 'WEBVTT\n\n00:02.000 --> 00:01.000\nx\n']) {
    const read = await readCues(Buffer.from(text));
    assert.ok('mistake' in read, text);
  }
});

test('reading captions grows as their length', async () => {
  for (const kind of [
    (n: number) => `WEBVTT${'\n'.repeat(n)}`,
    (n: number) => `WEBVTT\n\n${'00:01.000 --> 00:02.000\nx\n\n'.repeat(n)}`,
  ]) {
    await growsAsItsInput(
      async (parts) => {
        const bytes = Buffer.from(kind(parts));
        const begin = process.cpuUsage();
        await readCues(bytes);
        return process.cpuUsage(begin).user / 1000;
      },
      { parts: 5000, leastMs: 300 },
    );
  }
});
