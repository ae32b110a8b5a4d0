/** A command that was cut out of the stream, or noise, which is answered with E10. */
export type Frame =
  | { readonly kind: 'command'; readonly escape: boolean; readonly text: string }
  | { readonly kind: 'noise'; readonly because: 'unknown' | 'cut off' | 'too long' };
