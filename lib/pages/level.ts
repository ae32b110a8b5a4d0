/** Level in decibels; sound below it is shown as silence. */
export const FLOOR_DB = -60;

/** The part of a meter that a level fills, 0 to 1. */
export const levelPart = (db: number): number => Math.max(0, Math.min(1, (db - FLOOR_DB) / -FLOOR_DB));
