import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCaptions, MOST_CAPTION_BYTES, readCaptions } from '#central/editing/captions-text.ts';
import { slidesIn, slidesOrNone } from '#central/editing/slide-changes.ts';
import { growsAsItsInput } from '#test/support/growth.ts';

const cuesIn = (text: string) => {
  const read = readCaptions(Buffer.from(text));
  assert.ok('cues' in read, JSON.stringify(read));
  return read.cues;
};
const mistakeIn = (text: string) => {
  const read = readCaptions(Buffer.from(text));
  assert.ok('mistake' in read);
  return [read.line, read.mistake];
};

test('WebVTT is read with its notes, styles, ids and settings, SRT with its numbers and marks', () => {
  const vtt = `WEBVTT - un cours
Kind: captions

NOTE rien

STYLE
::cue { color: red }

intro
00:01.500 --> 00:03.000 align:start position:10%
<v Anne>Bonjour <c.loud>à</c> tous</v>
deuxième ligne

01:00:00.000 --> 01:00:01.000
5 &lt; 6 &amp; 3 > 2
`;
  assert.deepEqual(cuesIn(vtt), [
    { start: 1500, end: 3000, text: 'Bonjour à tous\ndeuxième ligne' },
    { start: 3_600_000, end: 3_601_000, text: '5 < 6 & 3 > 2' },
  ]);
  const srt =
    '\uFEFF2\r\n00:00:05,000 --> 00:00:06,000\r\n{\\an8}<font color="#fff">Fin</font>\r\n\r\n1\r\n00:00:01,0 --> 00:00:02,50\r\nA\r\n';
  assert.deepEqual(cuesIn(srt), [
    { start: 1000, end: 2500, text: 'A' },
    { start: 5000, end: 6000, text: 'Fin' },
  ]);
  assert.deepEqual(cuesIn('WEBVTT\n'), []);
});

test('what is written is read again as it was, and no text becomes a mark or a time', () => {
  const cues = [
    { start: 0, end: 999, text: '<script>x</script>\n00:00:01.000 --> 00:00:02.000' },
    { start: 1000, end: 7_200_001, text: 'a & b\n\n c' },
  ];
  const text = formatCaptions(cues);
  assert.ok(!/<script|\n\d\d:\d\d:\d\d\.\d\d\d --> \d\d:\d\d:\d\d\.\d\d\d\n\d/.test(text), text);
  assert.deepEqual(cuesIn(text), [cues[0], { start: 1000, end: 7_200_001, text: 'a & b\nc' }]);
});

test('mistakes have a line, and say what would be right', () => {
  assert.deepEqual(mistakeIn('hello')[0], 1);
  assert.match(String(mistakeIn('<html>')[1]), /these are no captions: a WebVTT begins with WEBVTT/);
  assert.deepEqual(mistakeIn('WEBVTT\n\nx\n00:01 --> 00:02\n').slice(0, 1), [4]);
  assert.deepEqual(mistakeIn('WEBVTT\n\n00:02.000 --> 00:02.000\nx'), [3, 'this caption ends before it begins']);
  assert.match(
    String(mistakeIn(`WEBVTT\n\n00:02.000 --> 00:03.000\n${'x'.repeat(3000)}`)[1]),
    /2000 characters at most/,
  );
  const large = readCaptions(Buffer.alloc(MOST_CAPTION_BYTES + 1));
  assert.match('mistake' in large ? large.mistake : '', /4 MB at most/);
});

test('reading captions grows as their length', async () => {
  const kinds = [
    (n: number) => `WEBVTT\n\n${'00:00:01.000 --> 00:00:02.000\nx\n\n'.repeat(n)}`,
    (n: number) => `WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n${'<'.repeat(n)}`,
    (n: number) => `${'1:'.repeat(n)} --> ${'1:'.repeat(n)}`,
  ];
  for (const kind of kinds) {
    await growsAsItsInput(
      async (parts) => {
        const bytes = Buffer.from(kind(parts));
        const begin = process.cpuUsage();
        readCaptions(bytes);
        return process.cpuUsage(begin).user / 1000;
      },
      { parts: 10_000, leastMs: 200 },
    );
  }
});

test('slides of an MPEG-7 catalog: times, first lines of texts, and none where it is none', async () => {
  const segment = (point: string, lasts: string, text = '') =>
    `<VideoSegment><MediaTime><MediaRelTimePoint>${point}</MediaRelTimePoint><MediaDuration>${lasts}</MediaDuration></MediaTime>${text}</VideoSegment>`;
  const catalog = (inside: string) => `<Mpeg7 xmlns="urn:mpeg:mpeg7:schema:2001"><Video>${inside}</Video></Mpeg7>`;
  const text = '<S><VideoText><Text>Le rein\nsuite</Text></VideoText></S>';
  assert.deepEqual(
    slidesIn(
      catalog(segment('T00:01:05:89F1000', 'PT02S739N1000F', text) + segment('T00:00:00:0F1000', 'PT01H30M00S')),
    ),
    [
      { start: 0, end: 5_400_000, title: '' },
      { start: 65_089, end: 67_828, title: 'Le rein' },
    ],
  );
  assert.deepEqual(slidesIn(catalog(segment('soon', 'PT1S'))), []);
  assert.deepEqual(slidesOrNone('<a'), []);
  await growsAsItsInput(
    async (parts) => {
      const long = catalog(segment('T00:00:00:0F1000', 'PT1S').repeat(parts));
      const begin = process.cpuUsage();
      slidesIn(long);
      return process.cpuUsage(begin).user / 1000;
    },
    { parts: 1500, leastMs: 300 },
  );
});
