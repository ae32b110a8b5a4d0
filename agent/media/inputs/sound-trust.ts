/**
 * Decides whether the sound of a source is asked for. Sound that cannot be decoded ends ffmpeg, and must not cost the
 * picture.
 */
export interface SoundTrust {
  readonly asked: boolean;
  /** The source has no sound, or has some after all; gives whether that is news. */
  absent(): void;
  present(): boolean;
  /** An ffmpeg that had read what is in the source died before its first frame. */
  diedEarly(): void;
  /** The source ended after it had a picture for this time. */
  ended(livedMs: number): void;
}

/** Ends in a row without a frame after which the sound counts as the cause, and is left out. */
const MOST_EARLY_DEATHS = 2;
/** Duration of a picture after which the sound is tried again: the source may have been repaired. */
const LASTING_MS = 60_000;

/** Makes the trust in the sound of a source that may have some, or has none at all. */
export function openSoundTrust(mayHave: boolean): SoundTrust {
  let asked = mayHave;
  let early = 0;
  /** Whether the sound is left out because of deaths. */
  let doubted = false;
  return {
    get asked() {
      return asked;
    },
    absent: () => void (asked = false),
    present() {
      if (asked || doubted || !mayHave) return false;
      return (asked = true);
    },
    diedEarly() {
      if (++early < MOST_EARLY_DEATHS || !mayHave) return;
      early = 0;
      // The sound was not the cause if ffmpeg died without it as well; then it is asked for again.
      doubted = asked;
      asked = !doubted;
    },
    ended(livedMs) {
      early = 0;
      if (!doubted || livedMs < LASTING_MS) return;
      doubted = false;
      asked = true;
    },
  };
}
