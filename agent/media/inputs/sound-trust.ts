/** Whether the sound of a source is asked for. Sound that cannot be decoded ends ffmpeg, and must not cost the picture. */
export interface SoundTrust {
  readonly asked: boolean;
  /** The source has no sound, or has some after all; gives whether that is news. */
  absent(): void;
  present(): boolean;
  /** An ffmpeg that had read what is in the source died before its first frame. */
  diedEarly(): void;
  /** The source had a picture, for so long when it ended. */
  ended(livedMs: number): void;
}

/** Ends without a frame, in a row, that are put down to the sound. */
const MOST_EARLY_DEATHS = 2;
/** After a picture that lasted so long, the sound is tried again: the source may have been set right. */
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
      // If it was not the sound, it is asked for again.
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
