import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Profile } from '@amphi/lib/opencast/profiles/profile.ts';
import { hearGrowing, type GrowingNotice } from './intake/growing/notices.ts';
import type { ConnectionOptions, Database } from './store/connect.ts';
import type { MediaStore } from './store/media-store.ts';
import type { Chunks } from './workflows/chunks/open-chunks.ts';
import { profilesNamed } from './workflows/chunks/profiles-beside.ts';
import type { Definitions } from './workflows/definitions.ts';
import { openProfiles, type Profiles } from './workflows/profiles/open-profiles.ts';

/** What encoding ahead needs. */
interface AheadNeeds {
  database: Database;
  connection: ConnectionOptions;
  store: MediaStore;
  definitions: Definitions;
  /** Definition of events that name none. */
  standard: string;
  chunks: Pick<Chunks, 'aheadOfTime'>;
  log: Log;
}

/** Priority of jobs for films that grow: below those for runs that somebody waits for. */
const PRIORITY = -1;

/**
 * Encodes recordings while they are still recorded: whenever one has grown, what its event's workflow will want of it.
 * The result ends that.
 */
export function startAhead(needs: AheadNeeds): { close(): Promise<void> } {
  const { connection, log } = needs;
  const profiles = openProfiles();
  /** Newest notice of each recording at which something is done now. */
  const atWork = new Map<string, GrowingNotice>();
  const follow = async (notice: GrowingNotice): Promise<void> => {
    const { upload } = notice;
    const isBusy = atWork.has(upload);
    atWork.set(upload, notice);
    if (isBusy) return;
    try {
      for (let done: GrowingNotice | undefined; done !== atWork.get(upload);) {
        done = atWork.get(upload)!;
        await encodeAhead(needs, profiles, done);
      }
    } catch (error) {
      log.warn({ err: error, upload }, 'a recording that grows is not encoded ahead');
    } finally {
      atWork.delete(upload);
    }
  };
  return hearGrowing(connection, { onGrown: (notice) => void follow(notice), onOpen: () => undefined }, log);
}

async function encodeAhead(needs: AheadNeeds, profiles: Profiles, notice: GrowingNotice): Promise<void> {
  const { event, path, state, bytes } = notice;
  if (event === null || state === 'gone' || bytes === 0) return;
  const wanted = await profilesOf(needs, profiles, event);
  if (wanted.length === 0) return;
  const source = needs.store.at(path);
  const isWhole = state === 'ended';
  const order = { event, source, profiles: wanted, isWhole, priority: PRIORITY };
  const ahead = await needs.chunks.aheadOfTime(order);
  if ('why' in ahead) needs.log.info({ event, why: ahead.why }, 'a recording that grows is not encoded ahead');
  else if (ahead.jobs > 0) needs.log.info({ event, ...ahead }, 'a recording that grows is encoded ahead');
}

/** Profiles that the workflow of an event encodes by, as far as its values are known now. */
async function profilesOf(
  { database, definitions, standard }: AheadNeeds,
  profiles: Profiles,
  event: string,
): Promise<Profile[]> {
  const row = await database
    .selectFrom('events')
    .select(['workflow', 'workflow_configuration'])
    .where('id', '=', event)
    .executeTakeFirst();
  if (!row) return [];
  const named = row.workflow ?? standard;
  const definition = definitions.find(definitions.whyNot(named) === undefined ? named : standard);
  if (!definition) return [];
  const operations = definitions.plan(definition, new Map(Object.entries(row.workflow_configuration)));
  const ids = operations
    .filter(({ id }) => id === 'encode' || id === 'compose')
    .flatMap(({ configuration }) => profilesNamed(configuration));
  return [...new Set(ids)].flatMap((id) => profiles.find(id) ?? []);
}
