/** Kinds of places for recordings, with the device's names. */
export const PLACES = ['internal', 'usbfront', 'usbrear', 'usbrcp'] as const;
/** Kind of a place for recordings. */
export type Place = (typeof PLACES)[number];

/** The place of a destination, by its name; everything that is no USB drive is internal. */
export const placeOf = (destination: string): Place =>
  (/^usb(front|rear|rcp)/.exec(destination)?.[0] ?? 'internal') as Place;
