/** Time for a film to show a picture; then it counts as one that this browser cannot read. */
const PATIENCE_MS = 20_000;

/** Moves a film to a time. Gives whether it shows the picture there: it may not be readable, or not come in time. */
export async function showsAt(film: HTMLVideoElement, seconds: number): Promise<boolean> {
  if (film.error) return false;
  if (film.readyState < HTMLMediaElement.HAVE_METADATA && !(await happens(film, 'loadedmetadata'))) return false;
  const seeked = happens(film, 'seeked');
  film.currentTime = Math.min(seconds, Math.max(0, film.duration - 0.01));
  return (await seeked) && film.videoWidth > 0;
}

/** Whether something happens to a film before it fails, or patience ends. */
const happens = (film: HTMLVideoElement, name: string): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (done: boolean) => (): void => {
      clearTimeout(timer);
      film.removeEventListener(name, good);
      film.removeEventListener('error', bad);
      resolve(done);
    };
    const [good, bad] = [end(true), end(false)];
    const timer = setTimeout(bad, PATIENCE_MS);
    film.addEventListener(name, good);
    film.addEventListener('error', bad);
  });
