import { effect } from '@preact/signals';
import type { EditorStore } from './editor-store.ts';
import { frameShown, secondsToShow } from './model/frames.ts';
import { nextKept } from './model/segments.ts';
import { catchUp } from './model/together.ts';

/** The films of the preview, which show the picture at the playhead, and play together. */
export interface Films {
  /** Adds a film; gives its removal. The first one with sound leads, and is heard. */
  add(film: HTMLVideoElement, hasSound: boolean): () => void;
  close(): void;
}

/** Time between two steps of playing backward, which browsers cannot do themselves. */
const BACKWARD_MS = 120;

/** Opens the films: from now on they follow `playhead` and `speed` of the store, and move the playhead while they play. */
export function openFilms(store: EditorStore): Films {
  const { rate, frames } = store.pictures;
  const films = new Map<HTMLVideoElement, boolean>();
  /** Picture that the films were last asked for, or have shown themselves. */
  let shown = -1;
  let frameRequest = 0;
  let backward: ReturnType<typeof setInterval> | undefined;
  const leader = (): HTMLVideoElement | undefined =>
    [...films].find(([, hasSound]) => hasSound)?.[0] ?? films.keys().next().value;
  const show = (frame: number): void => {
    shown = frame;
    for (const film of films.keys()) film.currentTime = secondsToShow(frame, rate);
  };
  const stop = (): void => void (store.speed.value = 0);
  /** Shows the same picture in all films, once they stand: they were a little apart while they played. */
  const together = (): void => {
    if (films.size > 0) show(store.playhead.peek());
  };

  const step = (): void => {
    frameRequest = requestAnimationFrame(step);
    const film = leader();
    if (!film || film.seeking) return;
    const frame = Math.min(frameShown(film.currentTime, rate), frames - 1);
    if (film.ended || frame >= frames - 1) return stop();
    const next = store.skipsCuts.value ? nextKept(store.document.value.segments, frame) : frame;
    if (next === undefined) return stop();
    if (next !== frame) show(next);
    else shown = frame;
    store.goTo(next);
    for (const other of films.keys()) if (other !== film) follow(film, other, store.speed.value);
  };

  const play = (speed: number): void => {
    cancelAnimationFrame(frameRequest);
    clearInterval(backward);
    for (const film of films.keys()) if (speed <= 0) film.pause();
    if (speed < 0) {
      backward = setInterval(() => {
        const frame = store.playhead.peek() - Math.max(1, Math.round((-speed * BACKWARD_MS * rate) / 1000));
        if (frame <= 0) stop();
        store.goTo(frame);
      }, BACKWARD_MS);
    }
    if (speed <= 0) return together();
    const at = store.playhead.peek();
    const start = store.skipsCuts.peek() ? nextKept(store.document.peek().segments, at) : at;
    if (start === undefined) return stop();
    if (start !== shown) show(start);
    store.goTo(start);
    for (const film of films.keys()) {
      film.playbackRate = speed;
      // A browser may refuse to play with sound before the page was touched, or a film that it cannot read.
      void film.play().catch(() => film === leader() && stop());
    }
    frameRequest = requestAnimationFrame(step);
  };

  const stopPlaying = effect(() => play(store.speed.value));
  const stopShowing = effect(() => {
    if (store.playhead.value !== shown) show(store.playhead.value);
  });
  return {
    add(film, hasSound) {
      films.set(film, hasSound);
      film.currentTime = secondsToShow(store.playhead.peek(), rate);
      for (const one of films.keys()) one.muted = one !== leader();
      return () => films.delete(film);
    },
    close() {
      stopPlaying();
      stopShowing();
      cancelAnimationFrame(frameRequest);
      clearInterval(backward);
    },
  };
}

/** Keeps a film together with the leading one: a little faster or slower, and by a jump only when it is far away. */
function follow(leader: HTMLVideoElement, film: HTMLVideoElement, speed: number): void {
  const { rate, jump } = catchUp(leader.currentTime - film.currentTime, speed);
  if (jump && !film.seeking) film.currentTime = leader.currentTime;
  if (film.playbackRate !== rate) film.playbackRate = rate;
  if (film.paused && speed > 0) void film.play().catch(() => undefined);
}
