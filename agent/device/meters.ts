/** A level as controllers read it: tenths of dBFS, from -1500 to 0 (facts/smp351 2.1, 34I). */
export const tenthsOfDb = (db: number): number => Math.max(-1500, Math.min(0, Math.round(db * 10)));
