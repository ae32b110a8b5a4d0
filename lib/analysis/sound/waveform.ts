import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import { openTurns } from '#lib/runtime/turns.ts';
import type { Asked, Programs } from '../asked.ts';
import { writeBeside } from '#lib/runtime/disk/write-beside.ts';
import { blocksOf, MEAN, PER_BLOCK, type Envelope } from './envelope.ts';

/** How a waveform is drawn; with Opencast's words and values where there are any. */
export interface WaveformAsked extends Asked {
  widthPx: number;
  heightPx: number;
  /** FFmpeg's colours (`black`); all channels are drawn as one, in the first. */
  colours?: readonly string[];
  /** FFmpeg's scale. */
  scale?: 'lin' | 'log' | 'sqrt' | 'cbrt';
}

/** Pixels of a side; FFmpeg draws no larger picture. */
const LARGEST_PX = 30_000;
const COLOUR = /^(?:[A-Za-z]{2,30}|#?[\dA-Fa-f]{6}|0x[\dA-Fa-f]{6})(?:@[\d.]{1,6})?$/;

/** Draws the waveform of a sound as a PNG. Rejects for a wrong colour or size, else with FFmpeg's words. */
export async function drawWaveform(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  envelope: Envelope,
  to: string,
  asked: WaveformAsked,
): Promise<void> {
  const filter = waveformFilter(asked);
  const columns = await columnsOf(envelope, asked.widthPx);
  const input = Buffer.from(columns.buffer, columns.byteOffset, columns.byteLength);
  await writeBeside(to, (temporary) =>
    runFfmpeg(
      ffmpeg,
      [...quietArgv('error'), ...COLUMNS_ARGV, '-filter_complex', `[0:a:0]${filter}[drawn]`, ...pngArgv(temporary)],
      {
        signal: asked.signal,
        feed: (give) => give(input),
      },
    ),
  );
}

/** Input of a sound with one sample for each column, so that FFmpeg draws it as it would all samples of the column. */
const COLUMNS_ARGV = ['-f', 'f32le', '-ar', '1000', '-ac', '1', '-i', 'pipe:0'];

const pngArgv = (to: string): string[] => [
  ...'-map [drawn] -frames:v 1 -c:v png -f image2 -update 1 -y'.split(' '),
  fileUrl(to),
];

/** The mean absolute sample of each of so many parts of a sound, which are equally long. */
export async function columnsOf(envelope: Envelope, count: number): Promise<Float32Array> {
  const { values } = envelope;
  const blocks = blocksOf(envelope);
  const columns = new Float32Array(count);
  const turns = openTurns();
  for (let column = 0; column < count; column++) {
    const [from, to] = [(column * blocks) / count, ((column + 1) * blocks) / count];
    let sum = 0;
    for (let block = Math.floor(from); block < to && block < blocks; block++)
      sum += values[block * PER_BLOCK + MEAN]! * (Math.min(to, block + 1) - Math.max(from, block));
    columns[column] = blocks > 0 ? sum / (to - from) : 0;
    await turns.over();
  }
  return columns;
}

function waveformFilter({ widthPx, heightPx, colours = ['black'], scale = 'lin' }: WaveformAsked): string {
  for (const side of [widthPx, heightPx]) {
    if (!Number.isInteger(side) || side < 1 || side > LARGEST_PX)
      throw new Error(`a waveform has 1 to ${LARGEST_PX} pixels, not ${side}`);
  }
  const wrong = colours.find((colour) => !COLOUR.test(colour));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no colour, such as black or #14305c`);
  return `showwavespic=s=${widthPx}x${heightPx}:colors=${colours.join('|')}:scale=${scale}`;
}

/** The width of a waveform, as Opencast has it: so many pixels a minute, within limits. */
export const waveformWidth = (
  durationMs: number,
  { perMinute = 200, least = 5000, most = 20_000 }: { perMinute?: number; least?: number; most?: number } = {},
): number => Math.round(Math.min(most, Math.max(least, (durationMs / 60_000) * perMinute)));
