import { sql } from 'kysely';
import { formatReadText, parseReadText, type KeptTexts } from '@amphi/lib/analysis/texts/kept-texts.ts';
import { isOfNothing, type Database } from '../../store/connect.ts';

/** Characters of a text that is kept; one of a picture with more words is read again. */
const MOST_TEXT = 1 << 20;

/** Texts of pictures of an event, kept in the database; they go with the event. */
export function keptTexts({ database }: { database: Database }, event: string): KeptTexts {
  return {
    async find(key) {
      const row = await database
        .updateTable('read_texts')
        .set({ used_at: sql<Date>`now()` })
        .where('event', '=', event)
        .where('key', '=', Buffer.from(key, 'hex'))
        .returning('text')
        .executeTakeFirst();
      return row && parseReadText(row.text);
    },
    async keep(key, read) {
      const row = { event, key: Buffer.from(key, 'hex'), text: formatReadText(read) };
      if (row.text.length > MOST_TEXT) return;
      try {
        const { text } = row;
        await database
          .insertInto('read_texts')
          .values(row)
          .onConflict((conflict) => conflict.columns(['event', 'key']).doUpdateSet({ text }))
          .execute();
      } catch (error) {
        // The event was deleted.
        if (!isOfNothing(error)) throw error;
      }
    },
  };
}

/** Forgets the texts that nobody has wanted since a moment. */
export const dropOldTexts = async (database: Database, before: Date): Promise<void> =>
  void (await database.deleteFrom('read_texts').where('used_at', '<', before).execute());
