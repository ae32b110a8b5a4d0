import type { EncodeByChunks } from '../profiles/encoders.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { encodeByChunks } from './encode-by-chunks.ts';

/** Opens what operations encode with piece by piece, where source and profiles are fit for that. */
export const openChunkEncoder =
  (needs: ChunkNeeds): EncodeByChunks =>
  (order) =>
    encodeByChunks(needs, order);
