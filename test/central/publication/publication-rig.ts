import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openPublisher, type PublisherNeeds } from '#central/publication/publisher.ts';
import type { ElementRow } from '#central/store/tables.ts';
import { PUBLISH_OPERATIONS } from '#central/workflows/operations/publish/publish.ts';
import type { OperationNeeds, OperationResult, Publisher } from '#central/workflows/run/operation.ts';
import { freshDatabase, type TestDatabase } from '../postgres.ts';
import { openOperationRig, type OperationRig } from '../workflows/operations/operation-rig.ts';

/** Operations that publish, on real files and a real database. */
export interface PublicationRig {
  on: OperationRig;
  needs: OperationNeeds & { publisher: Publisher };
  opened: TestDatabase;
  /** A file with this content, as an element of a run. */
  element(name: string, flavor: string, content: string | Buffer, more?: Partial<ElementRow>): Promise<ElementRow>;
  /** Runs an operation of publishing, and settles it as the worker does. */
  run(
    id: string,
    keys: Record<string, string>,
    elements?: readonly ElementRow[],
    event?: string,
  ): Promise<{ result: OperationResult; lines: string[] }>;
  addEvent(id: string, more?: Record<string, unknown>): Promise<void>;
  close(): Promise<void>;
}

export async function openPublicationRig(
  more: (on: OperationRig) => Partial<PublisherNeeds> = () => ({}),
): Promise<PublicationRig> {
  const opened = await freshDatabase();
  const { database } = opened;
  const on = await openOperationRig(database);
  const publisher = openPublisher({ database, store: on.store, ...more(on) });
  const needs = { ...on.needs, publisher };
  const operations = new Map(PUBLISH_OPERATIONS.map((make) => make(needs)).map((one) => [one.id, one]));
  return {
    on,
    needs,
    opened,
    async element(name, flavor, content, given = {}) {
      const path = join(on.store.folder, name);
      await writeFile(path, content);
      return on.element(path, flavor, given);
    },
    async run(id, keys, elements = [], event = 'lecture-1') {
      const operation = operations.get(id);
      if (!operation) throw new Error(`there is no operation ${id}`);
      const came = await on.run(operation, keys, elements, { event });
      const { result } = came;
      if (result.kind === 'done') await database.transaction().execute(async (within) => result.settle?.(within));
      return came;
    },
    async addEvent(id, given = {}) {
      await database
        .insertInto('events')
        .values({ id, title: `Title of ${id}`, ...given })
        .execute();
    },
    async close() {
      await on.close();
      await opened.close();
    },
  };
}
