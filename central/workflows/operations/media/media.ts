import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { analyzeAudio } from './analyze-audio.ts';
import { analyzeTracks } from './analyze-tracks.ts';
import { clone } from './clone.ts';
import { composite } from './composite.ts';
import { concat } from './concat.ts';
import { encode } from './encode.ts';
import { image } from './image.ts';
import { imageToVideo } from './image-to-video.ts';
import { inspect } from './inspect.ts';
import { normalizeAudio } from './normalize-audio.ts';
import { partialImport } from './partial-import.ts';
import { prepareAv } from './prepare-av.ts';
import { selectTracks } from './select-tracks.ts';
import { theme } from './theme.ts';

/** Operations that make media of media. */
export const MEDIA_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  analyzeAudio,
  analyzeTracks,
  clone,
  composite,
  concat,
  encode,
  image,
  imageToVideo,
  inspect,
  normalizeAudio,
  partialImport,
  prepareAv,
  selectTracks,
  theme,
];
