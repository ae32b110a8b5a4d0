import type { Log } from '@amphi/lib/runtime/log.ts';
import { isImpossible } from '@amphi/lib/media/groups/byte-source.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { eventNamed } from './catalogue/events.ts';
import { hearGrowing, type GrowingNotice } from './intake/growing/notices.ts';
import type { ConnectionOptions, Database } from './store/connect.ts';
import type { MediaStore } from './store/media-store.ts';
import type { Chunks } from './workflows/chunks/open-chunks.ts';
import type { Definitions } from './workflows/definitions.ts';
import type { Profiles } from './workflows/profiles/open-profiles.ts';
import { wantedAhead } from './workflows/wanted-ahead.ts';

/** What encoding ahead is done with. */
interface AheadNeeds {
  chunks: Pick<Chunks, 'aheadOfTime'>;
  database: Database;
  store: Pick<MediaStore, 'at'>;
  log: Log;
  connection: ConnectionOptions;
  definitions: Definitions;
  profiles: Profiles;
  catalogue: Catalogue;
  /** Definition where an event names none. */
  standard: string;
}

/** Priority of jobs for recordings that grow: below those that a run waits for. */
const PRIORITY = -1;
/** Milliseconds between two looks at one recording that grows. */
const LOOK_MS = 5000;

/**
 * Encodes recordings while they are sent: whenever one has grown, jobs are sent for what the workflow of its event will
 * want of it. The result ends that.
 */
export function startAhead(needs: AheadNeeds): { close(): Promise<void> } {
  /** The last notice of each recording that is looked at, or that waits for its turn. */
  const waiting = new Map<string, GrowingNotice>();
  const looked = new Map<string, number>();
  let looking: Promise<void> = Promise.resolve();
  let isClosed = false;

  const lookAt = async (upload: string): Promise<void> => {
    const notice = waiting.get(upload);
    waiting.delete(upload);
    if (!notice || isClosed) return;
    looked.set(upload, performance.now());
    await sendAhead(needs, notice).catch((error: unknown) =>
      needs.log.warn({ err: error, upload }, 'a recording that grows is not encoded ahead'),
    );
  };
  const onGrown = (notice: GrowingNotice): void => {
    const { upload, state } = notice;
    if (state === 'gone') {
      waiting.delete(upload);
      looked.delete(upload);
      return;
    }
    const isNew = !waiting.has(upload);
    waiting.set(upload, notice);
    if (!isNew) return;
    const sinceMs = performance.now() - (looked.get(upload) ?? Number.NEGATIVE_INFINITY);
    const inMs = state === 'ended' ? 0 : Math.max(0, LOOK_MS - sinceMs);
    setTimeout(() => {
      looking = looking.then(() => lookAt(upload));
    }, inMs).unref();
  };
  const hearing = hearGrowing(needs.connection, { onGrown, onOpen: () => undefined }, needs.log);
  return {
    async close() {
      isClosed = true;
      await hearing.close();
      await looking;
    },
  };
}

/** Sends jobs for what has come of a recording. */
async function sendAhead(needs: AheadNeeds, { event: id, upload, path, state }: GrowingNotice): Promise<void> {
  const { database, store, definitions, standard, log } = needs;
  const event = id === null ? undefined : await eventNamed(database, id);
  if (!event) return;
  const growing = await database
    .selectFrom('growing_uploads')
    .select('flavor')
    .where('id', '=', upload)
    .executeTakeFirst();
  const named = event.workflow ?? standard;
  const definition = definitions.find(definitions.whyNot(named) === undefined ? named : standard);
  if (!growing || !definition) return;
  const variables = new Map(Object.entries(event.workflow_configuration));
  const operations = definitions.plan(definition, variables);
  const { profiles, envelope } = wantedAhead({ operations, variables, flavor: growing.flavor }, needs);
  if (profiles.length === 0 && !envelope) return;
  const order = { event: event.id, source: store.at(path), isWhole: state === 'ended', priority: PRIORITY };
  const sent = await needs.chunks.aheadOfTime({ ...order, profiles, envelope });
  const left = isImpossible(sent) ? [sent] : sent.leftOut;
  for (const { why } of left) log.debug({ event: event.id, why }, 'not encoded ahead');
  if (!isImpossible(sent) && sent.jobs > 0)
    log.info({ event: event.id, jobs: sent.jobs, filmMs: sent.filmMs }, 'encoded ahead');
}
