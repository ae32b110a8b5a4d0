import { Client } from 'pg';
import { sleep } from '@amphi/lib/runtime/clock.ts';
import type { Log } from '@amphi/lib/runtime/log.ts';
import type { ConnectionOptions } from './connect.ts';

/** Receives what comes on a channel of the database. */
export interface Heard {
  /** Called when the connection listens, also anew after it broke: notices of the time before may be lost. */
  onOpen: () => void;
  onNotice: (payload: string) => void;
}

/** Wait in ms before a connection that broke is opened again. */
const AGAIN_MS = 1000;

/**
 * Listens on a channel (`NOTIFY`, `pg_notify`) with a connection of its own, which is opened again when it breaks. The
 * result ends it.
 */
export function listen(
  connection: ConnectionOptions,
  channel: string,
  { onOpen, onNotice }: Heard,
  log: Log,
): { close(): Promise<void> } {
  const closing = new AbortController();
  const { signal } = closing;
  const hear = async (): Promise<void> => {
    const client = new Client(connection);
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    client.on('notification', ({ payload = '' }) => onNotice(payload));
    client.on('error', () => undefined);
    client.on('end', end);
    signal.addEventListener('abort', () => end(), { once: true });
    try {
      await client.connect();
      await client.query(`listen ${client.escapeIdentifier(channel)}`);
      onOpen();
      await ended;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const hearing = (async () => {
    while (!signal.aborted) {
      await hear().catch((error: Error) => log.warn({ error: error.message }, 'notices of the database are not heard'));
      if (!signal.aborted) await sleep(AGAIN_MS);
    }
  })();
  return {
    async close() {
      closing.abort();
      await hearing;
    },
  };
}
