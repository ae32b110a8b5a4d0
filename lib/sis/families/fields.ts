import type { Codec } from '../codecs.ts';
import { among, integer, oneOf, text } from '../codecs.ts';
import type { Personality } from '../personality.ts';

// Fields that many rows share.

/** A channel: A shows input 1 or 2, B one of 3 to 5. */
export const channel = oneOf({ 1: 'A', 2: 'B' });
/** The number of an input. */
export const input = among(1, 2, 3, 4, 5);

const coded = { 1: 'archive', 2: 'archive-b', 3: 'confidence' } as const;
const restreamed = { 4: 'virtual-1', 5: 'virtual-2' } as const;
export type StreamName = (typeof coded)[keyof typeof coded] | (typeof restreamed)[keyof typeof restreamed];

/**
 * A stream: archive (channel A), archive of channel B in dual mode, confidence; late firmware has two for virtual
 * inputs.
 */
export const stream = ({ limits }: Personality): Codec<StreamName> =>
  limits.streams === 5 ? oneOf({ ...coded, ...restreamed }) : oneOf(coded);

/** The name of a preset. */
export const presetName = text({
  max: 16,
  samples: ['Lecture', 'Hörsaal 3', 'PBP Mid LFT', 'a,b'],
  describe: 'text of 1 to 16 characters',
});

/** The number of a preset, from 1 to a limit of the personality. */
export const preset =
  (kind: keyof { [K in keyof Personality['limits'] as Personality['limits'][K] extends number ? K : never]: 1 }) =>
  ({ limits }: Personality): Codec<number> =>
    integer(1, limits[kind]);

/** The name of a file on the device. */
export const fileName = text({
  max: 255,
  like: /^[^/\\]+$/,
  code: 'E28',
  samples: ['hall-3.png', 'Übersicht 1.png'],
  wrong: ['a/b.png', '..\\x'],
  describe: 'a file name without folders',
});
