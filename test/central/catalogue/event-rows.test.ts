import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { withEntry, withoutEntry } from '#central/catalogue/access.ts';
import { agentPropertiesOf, agentPropertiesText, episodeTerms, seriesTerms } from '#central/catalogue/dublin-core.ts';
import { patchedRow, rowOf, slotOf, termsFrom, wordsOf, type EventDraft } from '#central/catalogue/event-rows.ts';
import { elementOf, elementsOf, urlOf } from '#central/catalogue/files.ts';
import { packageOf } from '#central/catalogue/media-package.ts';
import { patternOf } from '#central/catalogue/filters.ts';
import type { EventRow, FileRow, SeriesRow } from '#central/store/tables.ts';

const START = new Date('2026-10-19T06:30:00Z');
const END = new Date('2026-10-19T08:30:00Z');
const DCTERMS = 'http://purl.org/dc/terms/';

const row = (some: Partial<EventRow> = {}): EventRow => ({
  id: 'e1',
  organization: 'mh_default_org',
  series: 'UE5',
  title: 'Le cœur',
  terms: termsFrom({ title: 'Le cœur', creators: ['Mme Curie'], language: 'fra', license: 'CC-BY' }),
  acl: [],
  agent: 'Amphi_D',
  starts_at: START,
  ends_at: END,
  hall: 'Amphi_D',
  inputs: ['Channel A'],
  workflow: 'fast',
  workflow_configuration: { publish: 'true' },
  agent_properties: { layout: '7' },
  recording_state: null,
  recording_state_at: null,
  recorded_by: null,
  source: 'import',
  source_key: '12',
  created_at: START,
  modified_at: START,
  ...some,
});

describe('an event as it is wanted becomes a row', () => {
  const draft: EventDraft = {
    id: 'e2',
    words: { title: 'Anatomie', creators: ['M. Lévy'] },
    seriesId: 'UE3',
    slot: { agentId: 'Amphi_E', startsAtMs: START.getTime(), endsAtMs: END.getTime() },
  };

  test('with everything that was said, and nothing else', () => {
    const made = rowOf({ ...draft, inputs: ['A'], workflow: 'hd', imported: { source: 'csv', key: 'k' } });
    assert.deepEqual(
      [made.id, made.title, made.series, made.agent, made.hall, made.starts_at, made.ends_at],
      ['e2', 'Anatomie', 'UE3', 'Amphi_E', 'Amphi_E', START, END],
    );
    assert.deepEqual([made.inputs, made.workflow, made.source, made.source_key], [['A'], 'hd', 'csv', 'k']);
    assert.equal(made.acl, '[]');
    assert.match(String(made.terms), /M\. Lévy/);
  });

  test('one that is not scheduled has no hall and no time', () => {
    const made = rowOf({ ...draft, slot: undefined, seriesId: undefined });
    assert.deepEqual(
      [made.agent, made.starts_at, made.ends_at, made.hall, made.series, made.inputs, made.workflow],
      [null, null, null, null, null, [], null],
    );
  });
});

describe('a change of an event', () => {
  const NOW = new Date('2026-10-20T00:00:00Z');
  const patched = (patch: Parameters<typeof patchedRow>[1], of = row()) => patchedRow(of, patch, NOW);

  test('leaves what it does not speak of', () => {
    const next = patched({});
    const { modified_at, terms, acl, workflow_configuration, agent_properties, ...rest } = next;
    assert.deepEqual(modified_at, NOW);
    const before = row();
    assert.deepEqual(JSON.parse(String(terms)), before.terms);
    assert.deepEqual([acl, workflow_configuration, agent_properties], ['[]', '{"publish":"true"}', '{"layout":"7"}']);
    for (const [key, value] of Object.entries(rest)) assert.deepEqual(value, before[key as keyof EventRow], key);
  });

  test('of words keeps the other words', () => {
    const next = patched({ words: { title: 'Le foie' } });
    assert.equal(next.title, 'Le foie');
    const terms = JSON.parse(String(next.terms)) as { name: string; value: string }[];
    assert.deepEqual(
      terms.map(({ name, value }) => `${name} ${value}`),
      ['title Le foie', 'creator Mme Curie', 'language fra', 'license CC-BY'],
    );
  });

  test('of the hall moves it there, and of the time does not', () => {
    const named = row({ hall: 'Grand amphi' });
    assert.equal(patched({ slot: { agentId: 'Amphi_E' } }, named).hall, 'Amphi_E');
    const later = patched({ slot: { endsAtMs: END.getTime() + 1000 } }, named);
    assert.deepEqual(
      [later.hall, later.agent, later.ends_at],
      ['Grand amphi', 'Amphi_D', new Date(END.getTime() + 1000)],
    );
  });

  test('takes it out of its series by an empty name', () => {
    assert.equal(patched({ seriesId: '' }).series, null);
    assert.equal(patched({ seriesId: 'UE1' }).series, 'UE1');
  });

  test('schedules one that was not', () => {
    const free = row({ agent: null, starts_at: null, ends_at: null, hall: null });
    const slot = { agentId: 'Amphi_A', startsAtMs: START.getTime(), endsAtMs: END.getTime() };
    const next = patched({ slot }, free);
    assert.deepEqual([next.agent, next.hall, next.starts_at, next.ends_at], ['Amphi_A', 'Amphi_A', START, END]);
    const half = patched({ slot: { agentId: 'Amphi_A' } }, free);
    assert.deepEqual([half.agent, half.starts_at, half.ends_at], ['Amphi_A', null, null]);
  });

  test('of workflow, inputs and access replaces them whole', () => {
    const next = patched({
      inputs: [],
      workflow: 'hd',
      workflowConfiguration: { a: 'b' },
      agentProperties: {},
      acl: [{ role: 'r', action: 'read', allow: true }],
      imported: { source: 's', key: 'k' },
    });
    assert.deepEqual(
      [next.inputs, next.workflow, next.workflow_configuration, next.agent_properties, next.source, next.source_key],
      [[], 'hd', '{"a":"b"}', '{}', 's', 'k'],
    );
    assert.equal(next.acl, '[{"role":"r","action":"read","allow":true}]');
  });
});

test('when and where an event is scheduled, all of it or nothing', () => {
  assert.deepEqual(slotOf(row()), { agentId: 'Amphi_D', startsAtMs: START.getTime(), endsAtMs: END.getTime() });
  for (const missing of [{ agent: null }, { starts_at: null }, { ends_at: null }])
    assert.equal(slotOf(row(missing)), undefined);
});

test("what is said of an event: its title is the column's, whatever the terms say", () => {
  assert.deepEqual(wordsOf(row({ title: 'Autre' })).title, 'Autre');
  assert.deepEqual(wordsOf(row()).creators, ['Mme Curie']);
});

describe("an event's Dublin Core", () => {
  const told = (event: EventRow): string[] => episodeTerms(event).map(({ name, value }) => `${name} ${value}`);

  test('has what the columns say first, then the other terms', () => {
    assert.deepEqual(told(row()), [
      'title Le cœur',
      'identifier e1',
      'creator Mme Curie',
      'language fra',
      'license CC-BY',
      'isPartOf UE5',
      'created 2026-10-19T06:30:00Z',
      'temporal start=2026-10-19T06:30:00Z; end=2026-10-19T08:30:00Z; scheme=W3C-DTF;',
      'spatial Amphi_D',
    ]);
  });

  test('of one that was not scheduled keeps when it was made, and where, as its agent said', () => {
    const terms = [
      { namespace: DCTERMS, name: 'created', value: '2016-06-22T13:30:00Z' },
      { namespace: DCTERMS, name: 'spatial', value: 'elsewhere' },
      { namespace: 'urn:own', name: 'spatial', value: 'kept' },
    ];
    const free = row({ agent: null, starts_at: null, ends_at: null, series: null, terms });
    assert.deepEqual(told(free), [
      'title Le cœur',
      'identifier e1',
      'spatial kept',
      'created 2016-06-22T13:30:00Z',
      'spatial elsewhere',
    ]);
  });

  test('a title that was written in a language keeps it', () => {
    const terms = [{ namespace: DCTERMS, name: 'title', value: 'Le cœur', language: 'fra' }];
    const [title] = episodeTerms(row({ terms }));
    assert.deepEqual(title, terms[0]);
  });

  test('of a series has its title and its id as they are now', () => {
    const series = { id: 'UE5', title: 'Cardiologie', terms: termsFrom({ title: 'Old', creators: ['M. Lévy'] }) };
    assert.deepEqual(
      seriesTerms(series as unknown as SeriesRow).map(({ name, value }) => `${name} ${value}`),
      ['title Cardiologie', 'identifier UE5', 'creator M. Lévy'],
    );
  });
});

test('what an agent is told of how to record and process', () => {
  assert.deepEqual(agentPropertiesOf(row()), {
    'org.opencastproject.workflow.definition': 'fast',
    'org.opencastproject.workflow.config.publish': 'true',
    layout: '7',
    'capture.device.names': 'Channel A',
    'event.title': 'Le cœur',
    'event.series': 'UE5',
    'event.location': 'Amphi_D',
  });
  assert.match(agentPropertiesText(row()), /^capture\.device\.names=Channel A$/m);
  const bare = agentPropertiesOf(
    row({ workflow: null, workflow_configuration: {}, agent_properties: {}, inputs: [], series: null, agent: null }),
  );
  assert.deepEqual(bare, { 'event.title': 'Le cœur' });
});

test('a scheduled event as the media package that it is to become', () => {
  const made = packageOf(row());
  assert.deepEqual(
    [made.id, made.title, made.series, made.startsAtMs, made.durationMs, made.creators, made.language, made.license],
    ['e1', 'Le cœur', 'UE5', START.getTime(), 7_200_000, ['Mme Curie'], 'fra', 'CC-BY'],
  );
  assert.deepEqual([made.tracks, made.catalogs, made.attachments], [[], [], []]);
  assert.equal('durationMs' in packageOf(row({ starts_at: null })), false);
  assert.equal('series' in packageOf(row({ series: null })), false);
});

describe('files', () => {
  const file = (some: Partial<FileRow> = {}) =>
    ({
      id: 't1',
      kind: 'track',
      flavor: 'presenter/source',
      tags: ['engage'],
      path: 'p 1/t1/cours é.mp4',
      mime_type: 'video/mp4',
      size_bytes: 5,
      md5: 'abc',
      ...some,
    }) as FileRow;

  test('are read where their path says, every part of it fit for a URL', () => {
    assert.equal(urlOf('https://c:8080', 'p/t/a.mp4'), 'https://c:8080/files/mediapackage/p/t/a.mp4');
    assert.equal(urlOf('', 'p 1/t?/é#.mp4'), '/files/mediapackage/p%201/t%3F/%C3%A9%23.mp4');
  });

  test('are elements of a media package', () => {
    assert.deepEqual(elementOf(file(), 'http://c'), {
      id: 't1',
      flavor: 'presenter/source',
      mimeType: 'video/mp4',
      tags: ['engage'],
      url: 'http://c/files/mediapackage/p%201/t1/cours%20%C3%A9.mp4',
      checksum: { type: 'md5', value: 'abc' },
      sizeBytes: 5,
      attributes: {},
      rest: [],
    });
  });

  test('stand in the list of their kind', () => {
    const all = [file(), file({ id: 'c', kind: 'catalog' }), file({ id: 'a', kind: 'attachment' }), file({ id: 't2' })];
    const { tracks, catalogs, attachments } = elementsOf(all, '');
    const ids = (list: readonly { id: string }[]): string => list.map(({ id }) => id).join();
    assert.deepEqual([ids(tracks), ids(catalogs), ids(attachments)], ['t1,t2', 'c', 'a']);
  });
});

test('entries of an ACL: one is added once, and taken away by role and action', () => {
  const read = { role: 'ROLE_STUDENT', action: 'read', allow: true };
  const write = { role: 'ROLE_STUDENT', action: 'write', allow: false };
  assert.deepEqual(withEntry([], 'read', 'ROLE_STUDENT'), [read]);
  assert.deepEqual(withEntry([{ ...read, allow: false }, write], 'read', 'ROLE_STUDENT'), [write, read]);
  assert.deepEqual(withoutEntry([read, write], 'write', 'ROLE_STUDENT'), [read]);
  assert.deepEqual(withoutEntry([read], 'read', 'ROLE_OTHER'), [read]);
});

test('a part of a text is found as it is: signs of patterns mean themselves', () => {
  assert.equal(patternOf('50%'), '%50\\%%');
  assert.equal(patternOf('a_b'), '%a\\_b%');
  assert.equal(patternOf('a\\b'), '%a\\\\b%');
  assert.equal(patternOf('plain'), '%plain%');
});
