import { join } from 'node:path';
import { sleep } from '#lib/runtime/clock.ts';
import { decodeFile } from '#simulator/verdict/decode.ts';
import type { Box } from './box.ts';

interface Entry {
  id: string;
  status: string;
  parts: { folder: string; name: string; state: string }[];
}

/** The frame that was current when a change was asked for, as the box reports it. */
export interface Moment {
  frame: number;
  ptsTicks: number;
}

/** A request, with the wall clock before it was sent. */
export interface Asked {
  askedAtMs: number;
  at: Moment;
}

/** Sends a request for a change, and notes the time. */
export async function askAt(box: Box, method: string, path: string, body: object): Promise<Asked> {
  const askedAtMs = Date.now();
  const { at } = await box.ask<{ at: Moment }>(method, path, body);
  return { askedAtMs, at };
}

/** Files of all recordings, in the order they were made, once all of them are finalised. */
export async function finishedFiles(box: Box, count: number, withinMs = 60_000): Promise<string[][]> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const { recordings } = await box.ask<{ recordings: Entry[] }>('GET', '/recordings?limit=1000');
    const settled = recordings.filter(({ status }) => ['finished', 'partial', 'failed'].includes(status));
    if (settled.length >= count)
      return settled.toReversed().map(({ parts }) => parts.map(({ folder, name }) => join(folder, name)));
    if (performance.now() > endMs) throw new Error(`only ${settled.length} of ${count} recordings are finished`);
    await sleep(200);
  }
}

/** Calls a function with each picture's luma, in order. */
export async function lookAt(
  file: string,
  size: { widthPx: number; heightPx: number },
  onPicture: (luma: Uint8Array, index: number) => void,
): Promise<void> {
  await decodeFile({ ffmpeg: 'ffmpeg', file, size, sound: false, onPicture, onSound: () => undefined });
}

/**
 * Number of frames from the one that was current at a wall clock time to the one with this time code. The box writes
 * into each frame when it is due; a frame is current from then until the next one is due.
 */
export const framesUntil = (codeMs: number, askedAtMs: number, fps: number): number =>
  Math.ceil(((codeMs - askedAtMs) * fps) / 1000 - 0.02);
