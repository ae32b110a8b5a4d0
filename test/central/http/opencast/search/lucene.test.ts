import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { openIngestRig, type IngestRig } from '../../../ingest-rig.ts';
import { handOver, read } from '../recorded-rig.ts';

let on: IngestRig;
before(async () => {
  on = await openIngestRig();
  await on.rig.services.database.insertInto('series').values({ id: 'algebra', title: 'Algèbre' }).execute();
  for (const [id, terms] of [
    ['ep-1', { title: 'Groups and rings', creator: 'M. Dupont', isPartOf: 'algebra', created: '2026-01-10T09:00:00Z' }],
    ['ep-2', { title: 'Rings: the 100% exam', creator: 'M. Martin', isPartOf: 'algebra', language: 'fr' }],
    ['ep-3', { title: 'Fields', creator: 'Mme Dupont', description: 'Groups of Galois' }],
  ] as const) {
    await handOver(on, { id, terms: { ...terms } });
  }
});
after(() => on.close());

const ask = (question: string) => read(on, `/search/lucene.json?q=${encodeURIComponent(question)}`, { as: 'admin' });

describe('a question as search machines are asked', () => {
  for (const [question, ids] of [
    ['', 'ep-1 ep-2 ep-3'],
    ['*:*', 'ep-1 ep-2 ep-3'],
    ['groups', 'ep-1 ep-3'],
    ['groups dupont', 'ep-1 ep-3'],
    ['title:groups', 'ep-1'],
    ['dc_title:groups', 'ep-1'],
    ['dcterms:title:groups', undefined],
    ['dc_title:ring*', 'ep-1 ep-2'],
    ['dc_title:"groups and rings"', 'ep-1'],
    ['"groups rings"', ''],
    ['dc_creator:"M. Dupont"', 'ep-1'],
    ['dc_creator:(Dupont OR Martin) AND NOT title:exam', 'ep-1 ep-3'],
    ['dupont OR martin', 'ep-1 ep-2 ep-3'],
    ['dupont && groups || martin', 'ep-1 ep-2 ep-3'],
    ['rings -exam', 'ep-1'],
    ['+rings !exam', 'ep-1'],
    ['dc_is_part_of:algebra', 'ep-1 ep-2'],
    ['series:alg', ''],
    ['id:ep-?', 'ep-1 ep-2 ep-3'],
    ['id:ep-3', 'ep-3'],
    ['Rings\\:', 'ep-2'],
    ['100%', 'ep-2'],
    ['1%m', ''],
    ['dc_language:fr oc_mediatype:AudioVisual', 'ep-2'],
    ['oc_mediatype:Series', ''],
    ['dc_created:[2026-01-01T00:00:00Z TO 2026-02-01T00:00:00Z]', undefined],
    ['modified:[2020-01-01T00:00:00Z TO *]', 'ep-1 ep-2 ep-3'],
    ['modified:[* TO 2020-01-01T00:00:00Z]', ''],
    ['Alg%e', ''],
    ['algèbre', 'ep-1 ep-2'],
  ] as const) {
    if (ids === undefined) continue;
    test(`${question || '(nothing)'} finds ${ids || 'nothing'}`, async () => {
      const { status, json, text } = await ask(question);
      assert.equal(status, 200, text);
      const found: { id: string }[] = [json['search-results'].result ?? []].flat();
      assert.deepEqual(
        found
          .map(({ id }) => id)
          .toSorted()
          .join(' '),
        ids,
      );
      assert.equal(json['search-results'].total, String(found.length));
    });
  }
});

describe('a question that is not understood', () => {
  for (const question of [
    'a AND',
    'AND a',
    'a OR',
    '(a',
    'a)',
    '()',
    '"a',
    'bogus:a',
    'title:',
    'a~2',
    'title:a^3',
    '/regex/',
    '[a TO b]',
    'title:[a TO b]',
    'modified:[yesterday TO *]',
    'modified:{1 TO 2}',
    '('.repeat(50),
    `${'('.repeat(20)}a${')'.repeat(20)}`,
    '-'.repeat(200),
    Array.from({ length: 31 }, (_, n) => `w${n}`).join(' '),
    "title:x' or 1=1 --",
  ]) {
    test(`${question.slice(0, 30)} is 400 in words, or finds nothing`, async () => {
      const { status, text, json } = await ask(question);
      if (status === 200) assert.equal(json['search-results'].total, '0', question);
      else assert.deepEqual([status, text.length > 15], [400, true], text);
    });
  }

  test('is answered as XML too, and shows to each what access lists allow', async () => {
    const xml = await read(on, '/search/lucene.xml?q=title:fields', { as: 'admin' });
    assert.match(xml.text, /<search-results [^>]*total="1"/);
    assert.match((await read(on, '/search/lucene.xml?q=*:*')).text, /total="0"/);
  });

  test('of any length is read in a time that grows no faster than it', async () => {
    const ms = async (signs: number): Promise<number> => {
      const began = process.cpuUsage();
      await ask(`title:${'\\"'.repeat(signs)}`);
      const { user, system } = process.cpuUsage(began);
      return (user + system) / 1000;
    };
    await ms(100);
    assert.ok((await ms(5000)) < 400, 'ten thousand signs are read at once');
  });
});
