import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { analyzeTracks } from './analyze-tracks.ts';
import { clone } from './clone.ts';
import { encode } from './encode.ts';
import { image } from './image.ts';
import { inspect } from './inspect.ts';
import { prepareAv } from './prepare-av.ts';
import { selectTracks } from './select-tracks.ts';

/** Operations that make media of media. */
export const MEDIA_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  analyzeTracks,
  clone,
  encode,
  image,
  inspect,
  prepareAv,
  selectTracks,
];
