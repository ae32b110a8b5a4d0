import type { Operation, OperationNeeds } from '../../run/operation.ts';
import { burnCaptions } from './captions/burn-captions.ts';
import { speechtotext } from './captions/speechtotext.ts';
import { subtitleTimeshift } from './captions/subtitle-timeshift.ts';
import { coverImage } from './cover/cover-image.ts';
import { editor } from './editor.ts';
import { findFaults } from './faults/find-faults.ts';
import { copy } from './pack/copy.ts';
import { zip } from './pack/zip.ts';
import { extractText } from './slides/extract-text.ts';
import { segmentVideo } from './slides/segment-video.ts';
import { segmentpreviews } from './slides/segmentpreviews.ts';
import { timelinepreviews } from './slides/timelinepreviews.ts';
import { silence } from './sound/silence.ts';
import { waveform } from './sound/waveform.ts';

/** Operations that find things in recordings, cut them, and pack elements. */
export const FIND_OPERATIONS: readonly ((needs: OperationNeeds) => Operation)[] = [
  burnCaptions,
  copy,
  coverImage,
  editor,
  extractText,
  findFaults,
  segmentVideo,
  segmentpreviews,
  silence,
  speechtotext,
  subtitleTimeshift,
  timelinepreviews,
  waveform,
  zip,
];
