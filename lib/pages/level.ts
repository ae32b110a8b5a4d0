/** Sound below this is shown as none. */
export const FLOOR_DB = -60;

/** How much of a meter a level fills, 0 to 1. */
export const levelPart = (db: number): number => Math.max(0, Math.min(1, (db - FLOOR_DB) / -FLOOR_DB));
