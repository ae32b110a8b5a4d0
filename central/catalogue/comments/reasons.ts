/** Reasons of comments on events, as Opencast's pages know them (facts/opencast 3.5). */

const PREFIX = 'EVENTS.EVENTS.DETAILS.COMMENTS.REASONS';

/** The key of a reason: `EVENTS.EVENTS.DETAILS.COMMENTS.REASONS.CUTTING`. */
export const reasonNamed = (name: string): string => `${PREFIX}.${name}`;

/** The reason of a recording that still has to be cut. */
export const CUTTING = reasonNamed('CUTTING');

/** Keys of all reasons that pages offer; others may be written, too. */
export const REASONS: readonly string[] = [
  'ADMINUI_NOTES',
  'ASYNC',
  'AUDIO_ISSUE',
  'CANCELLED',
  'CONFLICTING_METADATA',
  'CUTTING',
  'IMPROPER_POINT',
  'MISSING_AGREEMENT',
  'OTHER',
  'PRIVACY',
  'PROCESSING_FAILURE',
  'REVIEW',
  'SEGMENTATION',
  'UNKNOWN_CREATOR',
  'VIDEO_ISSUE',
  'WRONG_INPUT_FORMAT',
  'WRONG_METADATA',
  'WRONG_SERIES_PUBLICATION',
  'WRONG_WORKFLOW',
].map(reasonNamed);
