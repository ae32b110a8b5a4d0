import type { Metadata, Wanted } from './state.ts';

/** The metadata of the recording that runs, or of the next one: the hall's, unless others were set for it. */
export const metadataOf = ({ metadata, recording }: Pick<Wanted, 'metadata' | 'recording'>): Metadata => ({
  ...metadata,
  ...recording.metadata,
});
