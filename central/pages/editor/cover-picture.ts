import type { EditorStore } from './editor-store.ts';
import { secondsToShow } from './model/frames.ts';
import { showsAt } from './shows-at.ts';
import type { CoverSent } from './server/edit-api.ts';

/** Quality of the JPEG, 0 to 1. */
const QUALITY = 0.88;

/** The picture of each source with pictures, from the recorded files; undefined: one could not be taken. */
export async function takeCovers({ shown, pictures }: EditorStore, frame: number): Promise<CoverSent[] | undefined> {
  const covers: CoverSent[] = [];
  for (const { type, sourceUrl, url, hasVideo } of shown.sources) {
    if (!hasVideo) continue;
    const at = secondsToShow(frame, pictures.rate);
    const uri = (await takePicture(sourceUrl, at)) ?? (await takePicture(url, at));
    if (uri === undefined) return undefined;
    covers.push({ type, uri });
  }
  return covers;
}

/** Picture of a film at a time, as a `data:` address; undefined: this browser cannot read the film. */
async function takePicture(url: string, seconds: number): Promise<string | undefined> {
  const film = document.createElement('video');
  film.muted = true;
  film.preload = 'auto';
  film.src = url;
  try {
    if (!(await showsAt(film, seconds))) return undefined;
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [film.videoWidth, film.videoHeight];
    canvas.getContext('2d')?.drawImage(film, 0, 0);
    return canvas.toDataURL('image/jpeg', QUALITY);
  } catch {
    return undefined;
  } finally {
    film.removeAttribute('src');
    film.load();
  }
}
