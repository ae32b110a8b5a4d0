import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { aclField, aclJson } from '#central/http/external-api/acl.ts';
import {
  catalogsField,
  EPISODE,
  fieldsJson,
  momentOf,
  SERIES,
  toldOf,
  valuesField,
  type CatalogSpec,
  type Saying,
} from '#central/http/external-api/metadata.ts';
import { filtersOf, isTrue, pageOf, sortingOf } from '#central/http/external-api/paging.ts';

interface Field {
  id: string;
  value: unknown;
  readOnly: boolean;
  required: boolean;
}
const nothing = { title: 'T', creators: [], contributors: [], subjects: [], publishers: [] };
const said = (fields: Record<string, unknown>, spec: CatalogSpec = EPISODE): Saying =>
  valuesField(JSON.stringify(Object.entries(fields).map(([id, value]) => ({ id, value }))), spec);
const refused = (message: RegExp) => ({ statusCode: 400, message });

describe('the fields of a catalog', () => {
  test('say which must be filled and which are only told', () => {
    for (const [spec, told] of [
      [EPISODE, ['created', 'identifier']],
      [SERIES, ['createdBy', 'identifier']],
    ] as const) {
      const fields = fieldsJson(spec, nothing, {}) as Field[];
      const ids = (of: (field: Field) => boolean): string[] => fields.filter(of).map(({ id }) => id);
      assert.deepEqual(
        ids(({ required }) => required),
        ['title'],
      );
      assert.deepEqual(
        ids(({ readOnly }) => readOnly),
        told,
      );
    }
  });

  test('come back as they were told: what a form shows may be sent as it is', () => {
    const words = {
      ...nothing,
      title: 'Anatomie',
      creators: ['Mme Curie', 'M. Hahn'],
      license: 'CC-BY',
      language: 'fr',
    };
    const at = {
      id: 'e1',
      series: 'UE5',
      agent: 'Amphi_D',
      startsAtMs: Date.UTC(2026, 8, 14, 6, 30),
      endsAtMs: undefined,
    };
    const fields = fieldsJson(EPISODE, words, toldOf(at)) as Field[];
    const { words: again, seriesId, recorded } = said(Object.fromEntries(fields.map(({ id, value }) => [id, value])));
    assert.deepEqual([seriesId, momentOf(recorded?.date, recorded?.time)], ['UE5', at.startsAtMs]);
    assert.deepEqual(again, { ...words, description: '', rightsHolder: '', source: '' });
  });

  test('hold several words where their field does, one text where it does not', () => {
    assert.deepEqual(said({ title: [' Anatomie ', '', 'suite'], subjects: 'os' }).words, {
      title: 'Anatomie, suite',
      subjects: ['os'],
    });
    assert.deepEqual(said({ organizers: ['a'], publishers: ['b'] }, SERIES).words, {
      creators: ['a'],
      publishers: ['b'],
    });
    assert.deepEqual(said({ description: 7, language: true }).words, { description: '7', language: 'true' });
    assert.deepEqual(valuesField('[{"id":"creator"}]', EPISODE).words, { creators: [] }, 'no value is an empty one');
  });

  test('take an event out of its series by an empty name; without the field it stays', () => {
    assert.equal(said({ isPartOf: '' }).seriesId, '');
    assert.equal(said({ isPartOf: null }).seriesId, '');
    assert.ok(!('seriesId' in said({ title: 'T' })));
  });

  test('are those of their own catalog: others are passed over, unknown ones refused by name', () => {
    const two = JSON.stringify([
      { flavor: 'dublincore/series', fields: [{ id: 'title', value: 'a series' }] },
      { flavor: 'dublincore/episode', fields: [{ id: 'title', value: 'an episode' }] },
      { flavor: 'dublincore/episode', fields: [{ id: 'license', value: 'CC0' }] },
    ]);
    assert.deepEqual(catalogsField(two, EPISODE).words, { title: 'an episode', license: 'CC0' });
    assert.deepEqual(catalogsField(two, SERIES).words, { title: 'a series' });
    assert.throws(
      () => said({ presenter: 'a' }, SERIES),
      refused(/^there is no field presenter in dublincore\/series$/),
    );
    assert.throws(() => said({ title: null }), refused(/title must not be empty/));
    assert.throws(() => catalogsField('[{"fields":[]}]', EPISODE), refused(/^metadata/));
  });

  test('of an upload say when it was: a day, a day and an hour, or both in one', () => {
    const day = Date.UTC(2016, 5, 22);
    const momentIn = (fields: Record<string, string>): number | undefined => {
      const { recorded } = said(fields);
      return momentOf(recorded?.date, recorded?.time);
    };
    assert.equal(momentIn({ startDate: '2016-06-22' }), day);
    assert.equal(momentIn({ startDate: '2016-06-22', startTime: '13:30:00Z' }), day + 13.5 * 3_600_000);
    const whole = { startDate: '2016-06-22T10:00:00Z', startTime: '13:30:00Z' };
    assert.equal(momentIn(whole), day + 10 * 3_600_000, 'the hour of the date goes first');
    assert.equal(momentIn({ startTime: '13:30:00Z' }), undefined, 'an hour without a day is no moment');
    assert.throws(() => momentIn({ startDate: '2016-06-22', startTime: 'noon' }), refused(/startDate and startTime/));
    assert.ok(said({ title: 'T', startDate: '12/10/2026', startTime: '6:30' }), 'of a planned event they do not count');
  });
});

describe('a list of who may do what', () => {
  test('allows where it does not say otherwise, and is told as it was sent', () => {
    const acl = aclField('[{"role":"ROLE_A","action":"read"},{"role":"ROLE_B","action":"write","allow":false}]');
    assert.deepEqual(acl, [
      { role: 'ROLE_A', action: 'read', allow: true },
      { role: 'ROLE_B', action: 'write', allow: false },
    ]);
    assert.deepEqual(aclField(JSON.stringify(aclJson(acl))), acl);
    assert.deepEqual(aclField('[]'), []);
  });

  test('tells nothing but role, action and whether', () => {
    const [told] = aclJson([{ role: 'r', action: 'read', allow: true, id: 5 } as never]);
    assert.deepEqual(told, { allow: true, action: 'read', role: 'r' });
  });

  test('that is none is refused', () => {
    for (const wrong of [
      '',
      '{}',
      '[{"role":"","action":"read"}]',
      '[{"role":"r","action":""}]',
      '[{"role":"r"}]',
      '[{"role":"r","action":"read","allow":"yes"}]',
    ])
      assert.throws(() => aclField(wrong), refused(/^acl/), wrong);
  });
});

describe('a parameter that is sent twice', () => {
  test('counts as it was sent last, but filters all count', () => {
    assert.deepEqual(pageOf({ offset: ['x', '3'], limit: ['5', '0'] }), { limit: undefined, offset: 3 });
    assert.deepEqual(sortingOf({ sort: ['title', 'date:DESC'] }), [{ by: 'date', descending: true }]);
    assert.deepEqual([isTrue({ a: ['true', 'false'] }, 'a'), isTrue({ a: ['no', 'true'] }, 'a')], [false, true]);
    assert.equal(filtersOf({ filter: ['a:1', 'b:2', 'c:3'] }, 5).length, 3);
  });

  test('that cannot be is named', () => {
    assert.throws(() => pageOf({ offset: '-1' }), refused(/^offset must be a whole number, not "-1"$/));
    assert.throws(() => pageOf({ limit: ['1', '٣'] }), refused(/^limit must/));
  });
});
