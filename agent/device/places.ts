/** The places of destinations, by the device's names. */
export const PLACES = ['internal', 'usbfront', 'usbrear', 'usbrcp'] as const;
/** A place of destinations. */
export type Place = (typeof PLACES)[number];

/** The place of a destination; all that are no USB drives are internal. */
export const placeOf = (destination: string): Place =>
  (/^usb(front|rear|rcp)/.exec(destination)?.[0] ?? 'internal') as Place;
