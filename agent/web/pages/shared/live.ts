/**
 * The live picture: fragmented MP4 in a media source, with as little delay as the network allows; snapshots where that
 * cannot be played.
 */

import type { StreamName } from './api-types.ts';

export interface Screen {
  video: HTMLVideoElement;
  still: HTMLImageElement;
  /** Called when the video, the still picture, or neither of them shows something. */
  onShown(what: 'video' | 'still' | undefined): void;
  /** Whether the picture is looked at; otherwise nothing is fetched. */
  wanted(): boolean;
}

/** Delay behind the newest picture at which playing goes on. */
const LAG_S = 0.35;
/** Time between still pictures. */
const STILL_MS = 1000;
/** Still pictures that are shown before the stream is tried again. */
const STILLS = 5;

type SourceMaker = typeof MediaSource;
const sourceMaker = (): SourceMaker | undefined =>
  (globalThis as { ManagedMediaSource?: SourceMaker }).ManagedMediaSource ?? globalThis.MediaSource;

/** The still picture of each stream, for browsers that cannot play it. */
const STILL_OF = { archive: 'A', 'archive-b': 'B', confidence: 'layout' } as const;

/** Shows a stream; the result ends that. Without a stream, what the box shows as its output. */
export function watchLive(screen: Screen, stream?: StreamName): () => void {
  const stop = new AbortController();
  const places = {
    film: `/api/v1/preview.mp4${stream ? `?stream=${stream}` : ''}`,
    still: `/api/v1/snapshot.jpg?width=960${stream ? `&of=${STILL_OF[stream]}` : ''}`,
  };
  void showAll(screen, places, stop.signal);
  return () => stop.abort();
}

interface Places {
  film: string;
  still: string;
}

async function showAll(screen: Screen, { film, still }: Places, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    if (document.hidden || !screen.wanted()) {
      await pause(300);
      continue;
    }
    const played = await play(screen, film, stop).catch(() => false);
    if (!played) await showStills(screen, still, stop);
    await pause(500);
  }
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const happens = (target: EventTarget, type: string): Promise<unknown> =>
  new Promise((resolve) => target.addEventListener(type, resolve, { once: true }));

/** Plays until the stream ends; gives whether it could be played. */
async function play(screen: Screen, url: string, stop: AbortSignal): Promise<boolean> {
  const Source = sourceMaker();
  if (!Source) return false;
  const ended = new AbortController();
  const response = await fetch(url, { signal: AbortSignal.any([stop, ended.signal]) });
  const mime = response.headers.get('content-type') ?? '';
  if (!response.ok || !response.body || !Source.isTypeSupported(mime)) {
    ended.abort();
    return false;
  }
  const source = new Source();
  const { video } = screen;
  video.disableRemotePlayback = true;
  const object = URL.createObjectURL(source);
  video.src = object;
  try {
    await happens(source, 'sourceopen');
    await pour(response.body.getReader(), source.addSourceBuffer(mime), screen, stop);
    return true;
  } finally {
    ended.abort();
    URL.revokeObjectURL(object);
    screen.onShown(undefined);
  }
}

async function pour(
  reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
  buffer: SourceBuffer,
  screen: Screen,
  stop: AbortSignal,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read().catch(() => ({ done: true as const, value: undefined }));
    if (done || document.hidden || stop.aborted || !screen.wanted()) return;
    buffer.appendBuffer(value);
    await happens(buffer, 'updateend');
    if (await keepUp(buffer, screen.video)) screen.onShown('video');
  }
}

/** Keeps near the newest picture, jumps over gaps, and frees what was shown. Gives whether a picture is shown. */
async function keepUp(buffer: SourceBuffer, video: HTMLVideoElement): Promise<boolean> {
  const { buffered } = video;
  if (buffered.length === 0) return false;
  const last = buffered.length - 1;
  const [begin, end] = [buffered.start(last), buffered.end(last)];
  const lag = end - video.currentTime;
  if (lag > 1.5 || video.currentTime < begin) video.currentTime = Math.max(begin, end - LAG_S);
  video.playbackRate = lag > LAG_S + 0.3 ? 1.08 : 1;
  // `play` is not awaited: it begins when enough is buffered, which needs this loop to go on.
  if (video.paused) video.play().catch(() => undefined);
  if (video.currentTime - buffered.start(0) > 20) {
    buffer.remove(0, video.currentTime - 5);
    await happens(buffer, 'updateend');
  }
  return video.readyState >= 2;
}

async function showStills(screen: Screen, url: string, stop: AbortSignal): Promise<void> {
  for (let left = STILLS; left > 0 && !stop.aborted && !document.hidden && screen.wanted(); left--) {
    screen.onShown((await showStill(screen.still, url, stop)) ? 'still' : undefined);
    await pause(STILL_MS);
  }
}

/** Puts one picture into an image; gives whether there was one. */
export async function showStill(image: HTMLImageElement, url: string, stop: AbortSignal): Promise<boolean> {
  const response = await fetch(url, { signal: stop }).catch(() => undefined);
  if (!response?.ok) return false;
  const picture = await response.blob().catch(() => undefined);
  if (!picture) return false;
  const object = URL.createObjectURL(picture);
  const shown = happens(image, 'load');
  image.src = object;
  await Promise.race([shown, pause(1000)]);
  URL.revokeObjectURL(object);
  return true;
}
