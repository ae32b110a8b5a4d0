import { signal, type ReadonlySignal } from '@preact/signals';
import { secondsToShow } from '../model/frames.ts';
import { showsAt } from '../shows-at.ts';

/** Small pictures of a film, which are taken one after the other. */
export interface FilmPictures {
  /** Number of pictures that are there: it changes with each new one. */
  count: ReadonlySignal<number>;
  /** Asks for pictures, in this order; those that were asked for before and are not there are forgotten. */
  want(frames: readonly number[]): void;
  /** Address of a picture; undefined: it is not there yet. */
  at(frame: number): string | undefined;
  close(): void;
}

/** Pictures that are kept; the oldest go. */
const MOST_PICTURES = 300;
/** Height of a picture in pixels. */
const TALL_PX = 108;
/** Time in milliseconds between two pictures: the preview plays meanwhile. */
const PAUSE_MS = 30;

/** Opens the pictures of a film, with a film of its own that nobody sees. */
export function openPictures(url: string, rate: number): FilmPictures {
  const kept = new Map<number, string>();
  const count = signal(0);
  let wanted: number[] = [];
  let film: HTMLVideoElement | undefined;
  let isOver = false;
  let isBusy = false;
  const open = (): HTMLVideoElement => {
    const made = document.createElement('video');
    made.muted = true;
    made.preload = 'metadata';
    made.src = url;
    return made;
  };
  const next = async (): Promise<void> => {
    if (isBusy || isOver) return;
    isBusy = true;
    film ??= open();
    for (let frame = wanted.shift(); frame !== undefined && !isOver; frame = wanted.shift()) {
      if (kept.has(frame)) continue;
      const picture = await pictureOf(film, secondsToShow(frame, rate));
      if (picture === undefined) isOver = true;
      else if (picture !== '') keep(frame, picture);
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    isBusy = false;
  };
  const keep = (frame: number, picture: string): void => {
    kept.set(frame, picture);
    for (const [old, address] of kept) {
      if (kept.size <= MOST_PICTURES) break;
      kept.delete(old);
      URL.revokeObjectURL(address);
    }
    count.value += 1;
  };
  return {
    count,
    want(frames) {
      wanted = [...frames];
      void next();
    },
    at: (frame) => kept.get(frame),
    close() {
      isOver = true;
      for (const address of kept.values()) URL.revokeObjectURL(address);
      film?.removeAttribute('src');
      film?.load();
    },
  };
}

/** A picture of a film at a time; '': it could not be drawn; undefined: the film cannot be read. */
async function pictureOf(film: HTMLVideoElement, seconds: number): Promise<string | undefined> {
  if (!(await showsAt(film, seconds))) return undefined;
  const canvas = document.createElement('canvas');
  canvas.height = TALL_PX;
  canvas.width = Math.max(1, Math.round((film.videoWidth / Math.max(1, film.videoHeight)) * TALL_PX));
  canvas.getContext('2d')?.drawImage(film, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.7));
  return blob ? URL.createObjectURL(blob) : '';
}
