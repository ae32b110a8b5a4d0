import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draftsOf, patchOf, schedulingField } from '#central/http/external-api/event-forms.ts';
import {
  catalogsField,
  catalogsJson,
  EPISODE,
  fieldsJson,
  SERIES,
  toldOf,
  momentOf,
  valuesField,
} from '#central/http/external-api/metadata.ts';
import { filtersOf, isTrue, pageOf, sortingOf } from '#central/http/external-api/paging.ts';
import { minorOf, NEWEST, VERSIONS } from '#central/http/external-api/versions-api.ts';
import { isoField, jsonField, msField } from '#central/http/fields.ts';
import { formOf } from '#central/http/form.ts';
import { agentParameters } from '#central/http/opencast/agent-parameters.ts';
import { formatOf } from '#central/http/opencast/format.ts';
import { flavorIn, tagsIn } from '#central/http/opencast/ingest/ingest-fields.ts';
import { UTC, ianaZone } from '#lib/calendar/zones/zoned-time.ts';
import { z } from 'zod';

const bad = { statusCode: 400 };

describe('a query', () => {
  test('says which part of a list: 0 or nothing is everything', () => {
    assert.deepEqual(pageOf({}), { limit: undefined, offset: 0 });
    assert.deepEqual(pageOf({ limit: '0', offset: '' }), { limit: undefined, offset: 0 });
    assert.deepEqual(pageOf({ limit: '20', offset: '40' }), { limit: 20, offset: 40 });
    assert.deepEqual(pageOf({ limit: ['1', '2'] }), { limit: 2, offset: 0 });
    for (const limit of ['-1', '1.5', 'all', '1e3', '9999999999']) assert.throws(() => pageOf({ limit }), bad, limit);
  });

  test('says in which order', () => {
    assert.deepEqual(sortingOf({ sort: 'title:ASC, start_date:desc,location' }), [
      { by: 'title', descending: false },
      { by: 'start_date', descending: true },
      { by: 'location', descending: false },
    ]);
    assert.deepEqual(sortingOf({ sort: ' , ' }), []);
    assert.deepEqual(sortingOf({}), []);
  });

  test('says what is looked for; what that means depends on the version', () => {
    const query = { filter: ['title:a:b,status:x', 'location:D', ' '] };
    assert.deepEqual(filtersOf(query, 11), [
      [
        { name: 'title', value: 'a:b' },
        { name: 'status', value: 'x' },
      ],
      [{ name: 'location', value: 'D' }],
    ]);
    assert.equal(filtersOf(query, 4).length, 1, 'one filter parameter before 1.5');
    assert.deepEqual(filtersOf(query, 0)[0]?.[0], { name: 'title', value: 'a' }, 'no colons before 1.1');
    assert.deepEqual(filtersOf({ filter: 'title:' }, 11), [[]]);
    assert.deepEqual(filtersOf({}, 11), []);
  });

  test('says yes by true alone', () => {
    assert.deepEqual(
      ['true', 'TRUE', 'false', '1', '', undefined].map((text) => isTrue({ a: text }, 'a')),
      [true, true, false, false, false, false],
    );
  });
});

test('versions: the newest that is asked for and spoken, the newest of all where none is asked for', () => {
  assert.deepEqual([VERSIONS[0], VERSIONS[NEWEST], VERSIONS.length], ['v1.0.0', 'v1.11.0', 12]);
  for (const [accept, minor] of [
    [undefined, 11],
    ['*/*', 11],
    ['application/json', 11],
    ['application/v1.3.0+json', 3],
    ['application/v1.3.0+json, application/v1.5.0+json;q=0.2', 5],
    ['application/v9.0.0+json, application/v1.1.0+json', 1],
    ['application/v9.0.0+json', undefined],
    ['APPLICATION/V1.2.0+JSON', 2],
  ] as const)
    assert.equal(minorOf(accept), minor, accept);
});

describe('fields of forms', () => {
  test('milliseconds, moments and JSON, or why not', () => {
    assert.equal(msField('start', '1476858600000'), 1_476_858_600_000);
    for (const text of [undefined, '', '-1', '1.5', 'x', '1'.repeat(16)])
      assert.throws(() => msField('start', text), bad);
    assert.equal(isoField('start', '2018-03-27T16:00:00Z'), Date.UTC(2018, 2, 27, 16));
    assert.equal(isoField('start', '2018-03-27T16:00:00.500Z'), Date.UTC(2018, 2, 27, 16) + 500);
    for (const text of ['2018-03-27', 'tomorrow', 5, undefined]) assert.throws(() => isoField('start', text), bad);
    const schema = z.object({ a: z.number() });
    assert.deepEqual(jsonField('x', '{"a":1}', schema), { a: 1 });
    assert.throws(() => jsonField('x', '{', schema), { ...bad, message: 'x is no JSON' });
    assert.throws(() => jsonField('x', '{"a":"b"}', schema), { ...bad, message: /^x\.a: / });
  });

  test('lines of properties: inputs, workflow, its configuration, and the rest', () => {
    const text =
      'capture.device.names=A, B\norg.opencastproject.workflow.definition=fast\norg.opencastproject.workflow.config.trim=true\nevent.title=x\nlayout=7\n';
    assert.deepEqual(agentParameters(text), {
      inputs: ['A', 'B'],
      workflow: 'fast',
      workflowConfiguration: { trim: 'true' },
      agentProperties: { layout: '7' },
    });
    const nothing = { inputs: [], workflow: undefined, workflowConfiguration: {}, agentProperties: {} };
    assert.deepEqual(agentParameters(''), nothing);
  });

  test('flavors, tags and formats', () => {
    assert.equal(flavorIn(' presenter/source '), 'presenter/source');
    assert.equal(flavorIn('presenter/search+preview'), 'presenter/search+preview');
    for (const text of [undefined, '', 'presenter', 'a/b/c', 'a b/c', `${'x'.repeat(101)}/a`])
      assert.throws(() => flavorIn(text), bad, text);
    assert.deepEqual(tagsIn(' engage, ,archive'), ['engage', 'archive']);
    assert.deepEqual(tagsIn(undefined), []);
    assert.deepEqual(formatOf('Amphi.D.xml'), { name: 'Amphi.D', format: 'xml' });
    assert.deepEqual(formatOf('Amphi.D.json'), { name: 'Amphi.D', format: 'json' });
    assert.deepEqual(formatOf('Amphi.D'), { name: 'Amphi.D', format: 'json' });
  });
});

describe('a form for events', () => {
  const metadata = (fields: Record<string, unknown>): string =>
    JSON.stringify([
      { flavor: 'dublincore/episode', fields: Object.entries(fields).map(([id, value]) => ({ id, value })) },
      { flavor: 'ext/own', fields: [{ id: 'title', value: 'not this' }] },
    ]);
  const form = (fields: Record<string, unknown>) =>
    formOf(
      Object.entries(fields).map(([name, value]) => ({
        name,
        value: typeof value === 'string' ? value : JSON.stringify(value),
      })),
    );
  const slot = { agent_id: 'Amphi_D', start: '2026-10-19T06:30:00Z', end: '2026-10-19T08:30:00Z' };

  test('one event, with all that is said of it', () => {
    const [draft, ...more] = draftsOf(
      form({
        metadata: metadata({ title: ' Anatomie ', creator: ['Mme Curie', ''], isPartOf: 'UE5', location: 'x' }),
        scheduling: { ...slot, inputs: ['A'] },
        processing: { workflow: 'fast', configuration: { n: 1, yes: true } },
        acl: [{ role: 'r', action: 'read' }],
      }),
      () => UTC,
    );
    assert.deepEqual(more, []);
    const { id, ...rest } = draft!;
    assert.match(id, /^[\da-f-]{36}$/);
    assert.deepEqual(rest, {
      words: { title: 'Anatomie', creators: ['Mme Curie'] },
      seriesId: 'UE5',
      acl: [{ role: 'r', action: 'read', allow: true }],
      inputs: ['A'],
      workflow: 'fast',
      workflowConfiguration: { n: '1', yes: 'true' },
      slot: { agentId: 'Amphi_D', startsAtMs: Date.UTC(2026, 9, 19, 6, 30), endsAtMs: Date.UTC(2026, 9, 19, 8, 30) },
    });
  });

  test('a rule makes several, in the zone of the hall', () => {
    const scheduling = {
      ...slot,
      end: '2026-11-02T12:00:00Z',
      duration: 3_600_000,
      rrule: 'FREQ=WEEKLY;BYDAY=MO;BYHOUR=6;BYMINUTE=30',
    };
    const asked: string[] = [];
    const drafts = draftsOf(form({ metadata: metadata({ title: 'T' }), scheduling }), (agent) => {
      asked.push(agent);
      return ianaZone('Europe/Paris')!;
    });
    assert.deepEqual(asked, ['Amphi_D']);
    assert.deepEqual(
      drafts.map(({ words, slot: at }) => [words.title, new Date(at?.startsAtMs ?? 0).toISOString().slice(0, 16)]),
      [
        ['T 01', '2026-10-19T06:30'],
        ['T 02', '2026-10-26T07:30'],
        ['T 03', '2026-11-02T07:30'],
      ],
    );
  });

  test('a change says what it changes, and cannot be a rule', () => {
    assert.deepEqual(patchOf(form({ scheduling: { agent_id: 'E', duration: 5 } })), {
      words: undefined,
      seriesId: undefined,
      acl: undefined,
      slot: { agentId: 'E' },
      inputs: undefined,
    });
    const scheduling = { ...slot, duration: 1, rrule: 'FREQ=DAILY' };
    assert.throws(() => patchOf(form({ scheduling })), { ...bad, message: /cannot be repeated/ });
  });

  test('start and end, or start and duration; with a rule all three', () => {
    const of = (some: object) => schedulingField(JSON.stringify(some));
    const start = '2026-10-19T06:30:00Z';
    const startsAtMs = Date.parse(start);
    assert.deepEqual(of({ start, duration: '60000' }).slot, { startsAtMs, endsAtMs: startsAtMs + 60_000 });
    assert.deepEqual(of({ duration: 60_000 }), { slot: {}, durationMs: 60_000 });
    for (const wrong of [{}, { start }, { start, duration: 'long' }, { end: start, rrule: 'FREQ=DAILY' }, { end: 'x' }])
      assert.throws(() => of(wrong), bad, JSON.stringify(wrong));
  });
});

describe('catalogs', () => {
  const words = { title: 'T', creators: ['a'], contributors: [], subjects: [], publishers: [], language: 'fra' };

  test('have a field for each of their terms, empty where nothing is said', () => {
    const fields = fieldsJson(EPISODE, words, { identifier: 'e1' }) as { id: string; value: unknown; type: string }[];
    const value = (id: string): unknown => fields.find((one) => one.id === id)?.value;
    assert.deepEqual(['title', 'creator', 'subjects', 'language', 'license', 'identifier', 'location'].map(value), [
      'T',
      ['a'],
      [],
      'fra',
      '',
      'e1',
      '',
    ]);
    assert.deepEqual(
      fields.filter(({ type }) => type === 'mixed_text').map(({ id }) => id),
      ['subjects', 'creator', 'contributor', 'publisher'],
    );
    const [catalog] = catalogsJson(SERIES, words, {}) as { flavor: string; title: string; label: string }[];
    assert.deepEqual([catalog?.flavor, catalog?.title], ['dublincore/series', catalog?.label]);
  });

  test('are read by any of the names of a field; what cannot be set is passed over', () => {
    const said = valuesField(
      JSON.stringify([
        { id: 'presenter', value: ['a', ' b '] },
        { id: 'subject', value: 'one' },
        { id: 'identifier', value: 'not mine' },
        { id: 'language', value: null },
        { id: 'startDate', value: '2016-06-22' },
        { id: 'startTime', value: '13:30:00Z' },
      ]),
      EPISODE,
    );
    assert.deepEqual(said, {
      words: { creators: ['a', 'b'], subjects: ['one'], language: '' },
      recorded: { date: '2016-06-22', time: '13:30:00Z' },
    });
    assert.deepEqual(catalogsField('[]', EPISODE), { words: {} });
    for (const wrong of ['{', '{}', '[{"id":"colour","value":"red"}]', '[{"id":"title","value":" "}]'])
      assert.throws(() => valuesField(wrong, EPISODE), bad, wrong);
    const never = '[{"id":"startDate","value":"some day"}]';
    const { recorded } = valuesField(never, EPISODE);
    assert.throws(() => momentOf(recorded?.date, recorded?.time), { ...bad, message: /startDate/ });
  });

  test('tell when and where, as Opencast writes it', () => {
    const at = { id: 'e', series: null, agent: 'D', startsAtMs: Date.UTC(2026, 9, 19, 6, 5), endsAtMs: undefined };
    assert.deepEqual(toldOf(at), {
      identifier: 'e',
      isPartOf: '',
      location: 'D',
      startDate: '2026-10-19',
      startTime: '06:05:00Z',
      created: '2026-10-19T06:05:00Z',
      duration: '',
    });
    assert.equal(toldOf({ ...at, endsAtMs: at.startsAtMs + 3_723_000 })['duration'], '01:02:03');
    assert.equal(toldOf({ ...at, endsAtMs: at.startsAtMs + 100 * 3_600_000 })['duration'], '100:00:00');
  });
});
