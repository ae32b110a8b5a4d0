import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { costOf, growsAsItsInput } from '#test/support/growth.ts';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';

/** Two thousand results, the most that one answer has. */
const MOST = 2000;
let on: IngestRig;
before(async () => {
  on = await openIngestRig();
  const { database } = on.rig.services;
  const numbers = sql`generate_series(1, ${MOST}) n`;
  const terms = JSON.stringify(
    ['creator', 'description', 'subject'].map((name) => ({ namespace: 'http://purl.org/dc/terms/', name, value: 'x' })),
  );
  const streams = JSON.stringify([
    { kind: 'video', codec: 'h264', widthPx: 1920, heightPx: 1080, framesPerSecond: 25, frames: 1000 },
    { kind: 'audio', codec: 'aac', channels: 2, sampleRateHz: 48000 },
  ]);
  for (const statement of [
    sql`insert into events (id, title, terms, agent, starts_at, ends_at)
      select 'e' || n, 'Title ' || n, ${terms}::jsonb, 'hall', now() - n * interval '1 hour', now() - n * interval '50 min' from ${numbers}`,
    sql`insert into event_versions (event, version, package, content, manifest)
      select 'e' || n, 1, 'e' || n, 'c' || n, '' from ${numbers}`,
    sql`insert into files (id, event, version, kind, flavor, tags, file_name, path, mime_type, size_bytes, md5, duration_ms, streams)
      select md5(n || '-' || k)::uuid, 'e' || n, 1, 'track', 'presenter/source', '{archive}', 'f.mp4', 'e' || n || '/' || k || '/f.mp4',
        'video/mp4', 1234, 'abc', 5400000, ${streams}::jsonb from ${numbers}, generate_series(1, 2) k`,
    sql`analyze`,
  ]) {
    await statement.execute(database);
  }
});
after(() => on.close());

for (const shape of ['15', '16']) {
  test(`a page of results in the shape of ${shape} costs no more than it has results`, async () => {
    const ask = async (limit: number): Promise<string> => {
      const reply = await on.get(`/search/episode.json?v=${shape}&limit=${limit}`, on.rig.as('admin'));
      assert.equal(reply.status, 200);
      return reply.text();
    };
    const answer = JSON.parse(await ask(MOST)) as Record<string, { result: unknown[]; total: unknown }>;
    const page =
      shape === '15' ? answer['search-results'] : (answer as unknown as { result: unknown[]; total: unknown });
    assert.deepEqual([page?.result.length, Number(page?.total)], [MOST, MOST]);
    await growsAsItsInput((parts) => costOf(() => ask(parts)), { parts: MOST / 2, leastMs: 50 });
  });
}
