import { fileUrl, quietArgv } from '#lib/ffmpeg/argv.ts';
import type { Size } from '#lib/media/geometry.ts';
import { startChild } from '#lib/runtime/processes/child.ts';
import { frameBytes } from '../pictures/i420.ts';
import type { Deck } from './deck.ts';
import { openDeckPainter } from './deck-painter.ts';

/** Settings of a film of a deck. */
export interface DeckFilm {
  ffmpeg: string;
  size: Size;
  fps: number;
  bitrateKbps: number;
  /** Pictures of a group. */
  groupPictures: number;
}

/** Films a deck as a lecture is recorded: H.264 with closed groups, without sound. Rejects if FFmpeg fails. */
export async function writeDeck(deck: Deck, to: string, film: DeckFilm): Promise<void> {
  const { size, fps } = film;
  const painter = await openDeckPainter(deck, size);
  const child = startChild({ command: film.ffmpeg, argv: filmArgv(to, film), feeds: [0] });
  const input = child.feed(0);
  const count = Math.round((deck.lengthMs / 1000) * fps);
  for (let at = 0; at < count; at++) {
    const picture = { size, data: new Uint8Array(frameBytes(size)) };
    await painter.paint(picture, (at * 1000) / fps);
    if (!input.write(picture.data))
      await Promise.race([new Promise((resolve) => input.once('drain', resolve)), child.died]);
  }
  input.end();
  const death = await child.died;
  if (death.code !== 0) throw new Error(`cannot film ${deck.name}: ${death.reason}`);
}

function filmArgv(to: string, { size, fps, bitrateKbps, groupPictures }: DeckFilm): string[] {
  const rate = `${bitrateKbps}k`;
  return [
    ...quietArgv('error'),
    '-f',
    'rawvideo',
    '-pix_fmt',
    'yuv420p',
    '-s',
    `${size.widthPx}x${size.heightPx}`,
    '-r',
    String(fps),
    '-i',
    'pipe:0',
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-b:v',
    rate,
    '-maxrate',
    rate,
    '-bufsize',
    `${bitrateKbps * 2}k`,

    '-g',
    String(groupPictures),
    '-keyint_min',
    String(groupPictures),
    '-sc_threshold',
    '0',
    '-bf',
    '0',
    '-movflags',
    '+faststart',
    '-y',
    '-f',
    'mp4',
    fileUrl(to),
  ];
}
