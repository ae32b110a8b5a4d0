import type { ShownEdit } from '../../../editing/shown-edit.ts';

/** Part of a recording: 0 its beginning, 1 its end. */
interface Part {
  from: number;
  to: number;
}

/** A waveform that can be drawn. */
export interface Wave {
  /** Draws a part over the whole canvas. */
  draw(pen: CanvasRenderingContext2D, part: Part): void;
}

/** Loads a waveform: a picture, or peaks as JSON. Undefined: it cannot be read. */
export async function loadWave({ url, mimeType }: ShownEdit['waveforms'][number]): Promise<Wave | undefined> {
  return mimeType.startsWith('image/') ? loadPicture(url) : loadPeaks(url);
}

async function loadPicture(url: string): Promise<Wave | undefined> {
  const picture = new Image();
  picture.src = url;
  const isThere = await picture.decode().then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  const { naturalWidth, naturalHeight } = picture;
  return {
    draw(pen, { from, to }) {
      const { width, height } = pen.canvas;
      pen.drawImage(picture, from * naturalWidth, 0, (to - from) * naturalWidth, naturalHeight, 0, 0, width, height);
    },
  };
}

/** Numbers of a list of peaks, between 0 and 1; the list may be inside of an object. */
function peaksIn(value: unknown): number[] | undefined {
  const list = Array.isArray(value) ? value : (value as { peaks?: unknown } | null)?.peaks;
  if (!Array.isArray(list) || list.length === 0) return undefined;
  const most = Math.max(1, ...list.slice(0, 1000).map((one) => Math.abs(Number(one))));
  return list.map((one) => Math.min(1, Math.abs(Number(one)) / most));
}

async function loadPeaks(url: string): Promise<Wave | undefined> {
  const response = await fetch(url).catch(() => undefined);
  const peaks = response?.ok ? peaksIn(await response.json().catch(() => undefined)) : undefined;
  return peaks && { draw: (pen, part) => drawPeaks(pen, peaks, part) };
}

/** A bar for each pixel: the loudest peak of its time. */
function drawPeaks(pen: CanvasRenderingContext2D, peaks: readonly number[], { from, to }: Part): void {
  const { width, height } = pen.canvas;
  for (let x = 0; x < width; x++) {
    const first = Math.floor((from + ((to - from) * x) / width) * peaks.length);
    const last = Math.max(first + 1, Math.floor((from + ((to - from) * (x + 1)) / width) * peaks.length));
    let loudest = 0;
    for (let at = first; at < last && at < peaks.length; at++) loudest = Math.max(loudest, peaks[at] ?? 0);
    const tall = Math.max(1, loudest * height);
    pen.fillRect(x, (height - tall) / 2, 1, tall);
  }
}
