/** Faults that a teacher is told about. */
export const FAULTS = ['no sound track', 'no sound', 'too quiet', 'clipped', 'no picture', 'black', 'frozen'] as const;

/** A fault of a recording. */
export interface Fault {
  /**
   * `no sound track`, `no picture`: the file has none at all. `no sound`: nothing but noise of the line. `too quiet`:
   * speech that is hard to hear. `clipped`: too loud, so that it is distorted. `frozen`: a camera's picture that stands
   * still.
   */
  what: (typeof FAULTS)[number];
  fromMs: number;
  toMs: number;
}
