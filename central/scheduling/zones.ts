import { ianaZone, UTC, type Zone } from '../../lib/opencast/zoned-time.ts';
import type { Database } from '../database/connect.ts';

/** What an agent says of the clock on its wall (facts 1.5). */
export const TIME_ZONE = 'capture.device.timezone';

/** The zone of this machine, for halls that name none. */
export const ownZone = (): Zone => ianaZone(new Intl.DateTimeFormat().resolvedOptions().timeZone) ?? UTC;

/** The zone of a hall: as its agent says, else this machine's. */
export async function zoneOfAgent(database: Database, agent: string): Promise<Zone> {
  const row = await database.selectFrom('agents').select('configuration').where('name', '=', agent).executeTakeFirst();
  return ianaZone(row?.configuration[TIME_ZONE] ?? '') ?? ownZone();
}

/** The zone that most halls are in, and one that says so; undefined if none says anything. */
export async function zoneOfHalls(database: Database): Promise<{ zone: Zone; saidBy: string } | undefined> {
  const rows = await database.selectFrom('agents').select(['name', 'configuration']).orderBy('name').execute();
  const said = rows.flatMap(({ name, configuration }) => {
    const zone = ianaZone(configuration[TIME_ZONE] ?? '');
    return zone ? [{ name, zone }] : [];
  });
  const [most] = [...Map.groupBy(said, ({ zone }) => zone).values()].toSorted(
    (one, other) => other.length - one.length,
  );
  return most?.[0] && { zone: most[0].zone, saidBy: most[0].name };
}
