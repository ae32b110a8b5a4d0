/** Which keys of the document stand in which section. Together they are all of them: a test holds that. */
export const SECTIONS = {
  hall: [['hall'], ['device', 'locale'], ['device', 'noSignalHoldMs'], ['device', 'metadata']],
  inputs: [
    ['device', 'inputs'],
    ['device', 'routing'],
  ],
  picture: [
    ['device', 'layout'],
    ['device', 'swapped'],
    ['device', 'muted'],
    ['device', 'shown'],
    ['device', 'layouts'],
  ],
  sound: [['device', 'audio']],
  encoders: [['device', 'encoders']],
  streams: [
    ['device', 'streams'],
    ['device', 'pushes'],
  ],
  control: [['device', 'sis']],
} as const satisfies Record<string, readonly (readonly string[])[]>;
export type FormSection = keyof typeof SECTIONS;

/** `http.port`, 80 */
export function flat(value: unknown, path = ''): [key: string, value: unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([key, inner]) => flat(inner, path ? `${path}.${key}` : key));
}
