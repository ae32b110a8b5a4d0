import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import type { Edit } from '#central/editing/edit.ts';
import { saveEdit } from '#central/editing/save-edit.ts';
import { addTrack } from '#central/intake/add-track.ts';
import type { Database } from '#central/store/connect.ts';
import { openIngestRig, type IngestRig } from '../ingest-rig.ts';
import { handOver } from '../http/opencast/recorded-rig.ts';

/** Files of a transaction whose COMMIT was carried out, or was not, where the answer to it was lost. */

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
  await handOver(on, { id: 'lecture', terms: { title: 'Anatomie' } });
});
after(() => on.close());

const who = { account: 1, name: 'admin', role: 'admin' as const, agent: null, address: '127.0.0.1' };

/** The database, whose first transaction is told to have failed; `isCarriedOut`: after its COMMIT. */
function losing(isCarriedOut: boolean): Database {
  const { database } = on.rig.services;
  let lost = false;
  const broken = async (work: (within: Database) => Promise<unknown>): Promise<unknown> => {
    if (lost) return database.transaction().execute(work);
    lost = true;
    await database.transaction().execute(async (within) => {
      await work(within);
      if (!isCarriedOut) throw new Error('Connection terminated');
    });
    throw new Error('Connection terminated');
  };
  return new Proxy(database, {
    get: (of, name) => {
      if (name === 'transaction') return () => ({ execute: broken });
      const value: unknown = Reflect.get(of, name, of);
      return typeof value === 'function' ? value.bind(of) : value;
    },
  });
}

const foldersOf = (): Promise<string[]> => readdir(on.rig.services.store.at('lecture'));
async function pathsOfNewest(): Promise<string[]> {
  const { database } = on.rig.services;
  const rows = await database
    .selectFrom('files')
    .select(['path', 'version'])
    .where('event', '=', 'lecture')
    .orderBy('version', 'desc')
    .execute();
  return rows.filter(({ version }) => version === rows[0]?.version).map(({ path }) => path);
}

const words = { title: 'Anatomie', creators: [], contributors: [], subjects: [] };
const EDIT: Edit = {
  segments: [],
  chapters: [],
  captions: [],
  cover: null,
  words: { ...words, description: '', language: '', license: '', rightsHolder: '' },
};
let edits = 0;

const WAYS = {
  'a track that is added': async (database: Database) => {
    const received = await on.rig.services.store.receive(Readable.from([on.movie]));
    const element = { ...received, kind: 'track' as const, flavor: 'presentation/source', tags: [], fileName: 's.mp4' };
    return addTrack({ ...on.rig.services, database }, { event: 'lecture', received: element, replaces: false, who });
  },
  'an edit that is saved': (database: Database) => {
    const edit = { ...EDIT, chapters: [{ start: 0, title: `Os ${++edits}` }] };
    return saveEdit({ ...on.rig.services, database }, { event: 'lecture', who, edit });
  },
};

for (const [what, keep] of Object.entries(WAYS)) {
  test(`${what}: its files stay where only the answer was lost, and go where nothing was written`, async () => {
    const known = await pathsOfNewest();
    await assert.rejects(keep(losing(true)), /Connection terminated/);
    const paths = await pathsOfNewest();
    assert.notDeepEqual(paths, known, 'the version was written');
    for (const path of paths) assert.ok(existsSync(on.rig.services.store.at(path)), path);
    const folders = await foldersOf();
    await assert.rejects(keep(losing(false)), /Connection terminated/);
    assert.deepEqual(await foldersOf(), folders);
  });
}
