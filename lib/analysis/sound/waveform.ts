import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import { runFfmpeg } from '#lib/ffmpeg/run-ffmpeg.ts';
import type { Asked, Programs } from '../asked.ts';
import { writeBeside } from '#lib/runtime/disk/write-beside.ts';
import { soundInputArgv } from './sound-argv.ts';

/** How a waveform is drawn; with Opencast's words and values where there are any. */
export interface WaveformAsked extends Asked {
  widthPx: number;
  heightPx: number;
  /** FFmpeg's colours, one for each channel (`black`). */
  colours?: readonly string[];
  /** Whether each channel is drawn in a row of its own. */
  splitChannels?: boolean;
  /** FFmpeg's scale. */
  scale?: 'lin' | 'log' | 'sqrt' | 'cbrt';
}

/** Pixels of a side; FFmpeg draws no larger picture. */
const LARGEST_PX = 30_000;
const COLOUR = /^(?:[A-Za-z]{2,30}|#?[\dA-Fa-f]{6}|0x[\dA-Fa-f]{6})(?:@[\d.]{1,6})?$/;

/** Draws the waveform of a file's first sound as a PNG. Rejects for a wrong colour or size, else with FFmpeg's words. */
export async function drawWaveform(
  { ffmpeg }: Pick<Programs, 'ffmpeg'>,
  path: string,
  to: string,
  asked: WaveformAsked,
): Promise<void> {
  const filter = waveformFilter(asked);
  await writeBeside(to, (temporary) =>
    runFfmpeg(
      ffmpeg,
      [
        ...quietArgv('error'),
        ...soundInputArgv(path).slice(0, -2),
        '-filter_complex',
        `[0:a:0]${filter}[drawn]`,
        '-map',
        '[drawn]',
        '-frames:v',
        '1',
        '-c:v',
        'png',
        '-f',
        'image2',
        '-update',
        '1',
        '-y',
        fileUrl(temporary),
      ],
      { signal: asked.signal },
    ),
  );
}

function waveformFilter({
  widthPx,
  heightPx,
  colours = ['black'],
  splitChannels = false,
  scale = 'lin',
}: WaveformAsked): string {
  for (const side of [widthPx, heightPx]) {
    if (!Number.isInteger(side) || side < 1 || side > LARGEST_PX)
      throw new Error(`a waveform has 1 to ${LARGEST_PX} pixels, not ${side}`);
  }
  const wrong = colours.find((colour) => !COLOUR.test(colour));
  if (wrong !== undefined) throw new Error(`${JSON.stringify(wrong)} is no colour, such as black or #14305c`);
  const mono = splitChannels ? '' : 'aformat=channel_layouts=mono,';
  return `${mono}showwavespic=s=${widthPx}x${heightPx}:colors=${colours.join('|')}:split_channels=${splitChannels ? 1 : 0}:scale=${scale}`;
}

/** The width of a waveform, as Opencast has it: so many pixels a minute, within limits. */
export const waveformWidth = (
  durationMs: number,
  { perMinute = 200, least = 5000, most = 20_000 }: { perMinute?: number; least?: number; most?: number } = {},
): number => Math.round(Math.min(most, Math.max(least, (durationMs / 60_000) * perMinute)));
