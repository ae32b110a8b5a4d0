import type { Log } from '@amphi/lib/runtime/log.ts';
import type { Catalogue } from '@amphi/lib/opencast/workflows/catalogue/catalogue.ts';
import { eventNamed } from './catalogue/events.ts';
import { hearGrowing, type GrowingNotice } from './intake/growing/notices.ts';
import type { ConnectionOptions, Database } from './store/connect.ts';
import type { Definitions } from './workflows/definitions.ts';
import type { Known } from './workflows/wanted-ahead.ts';

/** What recordings that grow are looked at with. */
export interface GrowingNeeds {
  database: Database;
  connection: ConnectionOptions;
  log: Log;
  definitions: Definitions;
  catalogue: Catalogue;
  /** Definition where an event names none. */
  standard: string;
}

/** Milliseconds between two looks at one recording that grows. */
const LOOK_MS = 5000;

/**
 * Looks at recordings whenever they have grown, one at a time, and at each of them every five seconds at most; at one that
 * has ended at once. `look` gives whether there is more to be done at once, in its turn. One that rejects is logged as `words`.
 * The result ends it.
 */
export function watchGrowing(
  { connection, log }: Pick<GrowingNeeds, 'connection' | 'log'>,
  words: string,
  look: (notice: GrowingNotice) => Promise<boolean | void>,
): { close(): Promise<void> } {
  /** The last notice of each recording that waits for its turn. */
  const waiting = new Map<string, GrowingNotice>();
  const looked = new Map<string, number>();
  let looking: Promise<void> = Promise.resolve();
  let isClosed = false;

  const lookAt = async (upload: string): Promise<void> => {
    const notice = waiting.get(upload);
    waiting.delete(upload);
    if (!notice || isClosed) return;
    looked.set(upload, performance.now());
    const isMore = await look(notice).catch((error: unknown) => log.warn({ err: error, upload }, words));
    if (isMore === true && !waiting.has(upload) && looked.has(upload)) takeTurn(notice, 0);
  };
  const takeTurn = (notice: GrowingNotice, inMs: number): void => {
    waiting.set(notice.upload, notice);
    setTimeout(() => {
      looking = looking.then(() => lookAt(notice.upload));
    }, inMs).unref();
  };
  const onGrown = (notice: GrowingNotice): void => {
    const { upload, state } = notice;
    if (state === 'gone') {
      waiting.delete(upload);
      looked.delete(upload);
    } else if (waiting.has(upload) && state !== 'ended') waiting.set(upload, notice);
    else {
      const sinceMs = performance.now() - (looked.get(upload) ?? Number.NEGATIVE_INFINITY);
      takeTurn(notice, state === 'ended' ? 0 : Math.max(0, LOOK_MS - sinceMs));
    }
  };
  const hearing = hearGrowing(connection, { onGrown, onOpen: () => undefined }, log);
  return {
    async close() {
      isClosed = true;
      await hearing.close();
      await looking;
    },
  };
}

/** What a run of a recording that grows will do, and its event; undefined: that is not known here. */
export async function knownOf(
  { database, definitions, standard }: GrowingNeeds,
  { event: id, upload }: GrowingNotice,
): Promise<(Known & { event: string; endsAt: Date | null }) | undefined> {
  const event = id === null ? undefined : await eventNamed(database, id);
  if (!event) return undefined;
  const growing = await database
    .selectFrom('growing_uploads')
    .select('flavor')
    .where('id', '=', upload)
    .executeTakeFirst();
  const named = event.workflow ?? standard;
  const definition = definitions.find(definitions.whyNot(named) === undefined ? named : standard);
  if (!growing || !definition) return undefined;
  const variables = new Map(Object.entries(event.workflow_configuration));
  const operations = definitions.plan(definition, variables);
  return { event: event.id, endsAt: event.ends_at, operations, variables, flavor: growing.flavor };
}
