import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import type { LeveledSound } from '../profiles/encoders.ts';
import type { ChunkNeeds } from './chunk-needs.ts';
import { outputsByPieces } from './encode-by-chunks.ts';
import { openFilm } from './film/film.ts';
import { soundKey } from './film/film-sound.ts';
import { soundName } from './film/sound-name.ts';
import { untilFinished } from './follow-sound.ts';
import { leveledAsItComes } from './plan/chunk-output.ts';

/**
 * Loudness in LUFS of a film's sound that was leveled as it came, by all of some profiles; of several sounds the first
 * that was measured. Waits for one that is being finished. Undefined: there is none.
 */
export const leveledSound =
  (needs: ChunkNeeds): LeveledSound =>
  async ({ event, source, profiles, signal }) => {
    const film = await openFilm(source, true).catch(() => undefined);
    if (!film || isImpossible(film)) return undefined;
    try {
      const { outputs, leftOut } = outputsByPieces(film, profiles);
      if (leftOut.length > 0 || !film.sound) return undefined;
      const sounds = outputs.flatMap(({ sound }) => (sound && sound !== 'copy' ? [leveledAsItComes(sound)] : []));
      const keys = [...new Set(sounds.map(soundKey))];
      if (keys.length === 0) return undefined;
      await untilFinished(needs, event, signal);
      const rows = await needs.database
        .selectFrom('film_sounds')
        .select('lufs')
        .where('event', '=', event)
        .where('name', '=', soundName(film.sound))
        .where('output', 'in', keys)
        .execute();
      return rows.length === keys.length ? (rows[0]?.lufs ?? undefined) : undefined;
    } finally {
      await film.close();
    }
  };
