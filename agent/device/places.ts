export const PLACES = ['internal', 'usbfront', 'usbrear', 'usbrcp'] as const;
export type Place = (typeof PLACES)[number];

/** Where a destination is, as the device calls it: what is no USB drive is internal. */
export const placeOf = (destination: string): Place =>
  (/^usb(front|rear|rcp)/.exec(destination)?.[0] ?? 'internal') as Place;
