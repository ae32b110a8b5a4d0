import { basename } from 'node:path';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import type { EncodeByChunks, ProfileFile } from '../profiles/encoders.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { encodeByChunks } from './encode-by-chunks.ts';

/** Opens what operations encode with piece by piece, where source and profiles are fit for that. */
export const openChunkEncoder =
  (needs: ChunkNeeds): EncodeByChunks =>
  async ({ event, path, profiles, folder, signal, log, progress }) => {
    const made = await encodeByChunks(needs, {
      event,
      source: path,
      profiles,
      folder: await folder(),
      signal,
      log,
      progress,
    });
    if (isImpossible(made)) return { whyNot: made.why };
    const files = Map.groupBy(made.files, ({ profile }) => profile);
    return {
      files: new Map(
        profiles.map(({ id, outputs }) => [
          id,
          (files.get(id) ?? []).map(({ path: file, tag }): ProfileFile => ({
            file: basename(file),
            fileName: basename(file),
            suffix: outputs.find((one) => one.tag === tag)?.suffix ?? '',
            tag,
            durationMs: undefined,
          })),
        ]),
      ),
    };
  };
