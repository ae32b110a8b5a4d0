import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatExtent, parseExtent, msOfW3c, parsePeriod } from '#lib/opencast/dates.ts';
import {
  formatCatalog,
  formatTerms,
  parseCatalog,
  parseTerms,
  termsToJson,
  type Catalog,
} from '#lib/opencast/dublin-core.ts';

const LECTURE: Catalog = {
  title: 'Informations générales',
  identifier: '68b19d11',
  creators: ['M. Dupont', 'Mme Œuvrard'],
  contributors: [],
  subjects: ['Santé & société'],
  publishers: [],
  isPartOf: 'PAES_2016_S2',
  createdMs: Date.UTC(2017, 0, 4, 12, 51),
  temporal: { startsAtMs: Date.UTC(2017, 0, 4, 12, 51), endsAtMs: Date.UTC(2017, 0, 4, 14) },
  spatial: 'Amphi_D',
  extentMs: 4_140_000,
};

describe('a Dublin Core catalog', () => {
  test('says after writing and reading what it said before', () => {
    assert.deepEqual(parseCatalog(formatCatalog(LECTURE)), LECTURE);
  });

  test('is written as Opencast writes it', () => {
    const text = formatCatalog(LECTURE);
    assert.match(text, /<dublincore xmlns="http:\/\/www.opencastproject.org\/xsd\/1.0\/dublincore\/" xmlns:dcterms=/);
    assert.match(text, /<dcterms:created xsi:type="dcterms:W3CDTF">2017-01-04T12:51:00Z<\/dcterms:created>/);
    assert.match(
      text,
      /<dcterms:temporal xsi:type="dcterms:Period">start=2017-01-04T12:51:00Z; end=2017-01-04T14:00:00Z; scheme=W3C-DTF;<\/dcterms:temporal>/,
    );
    assert.match(text, /<dcterms:extent xsi:type="dcterms:ISO8601">PT1H9M0.000S<\/dcterms:extent>/);
  });

  test('of several languages the one without is taken; terms of others are kept', () => {
    const text = `<?xml version="1.0"?><dublincore xmlns:dcterms="http://purl.org/dc/terms/" xmlns:foo="http://foo.org/">
      <dcterms:title xml:lang="de">Ein Titel</dcterms:title><dcterms:title> A title
      </dcterms:title><dcterms:spatial></dcterms:spatial><foo:id>197011</foo:id></dublincore>`;
    assert.equal(parseCatalog(text).title, 'A title');
    assert.equal(parseCatalog(text).spatial, undefined);
    const terms = parseTerms(text);
    assert.deepEqual(
      terms.map(({ name, lang }) => [name, lang]),
      [
        ['title', 'de'],
        ['title', undefined],
        ['id', undefined],
      ],
    );
    assert.deepEqual(parseTerms(formatTerms(terms)), terms);
    assert.deepEqual(termsToJson(terms)['http://purl.org/dc/terms/']?.['title']?.[0], {
      value: 'Ein Titel',
      lang: 'de',
    });
  });
});

describe('dates', () => {
  test('come in many forms', () => {
    const noon = Date.UTC(2026, 10, 20, 12);
    for (const text of [
      '2026-11-20T12:00:00Z',
      '2026-11-20T12:00Z',
      '2026-11-20T13:00:00+01:00',
      '2026-11-20T12:00:00.000Z',
      ' 2026-11-20T12:00:00\n',
    ])
      assert.equal(msOfW3c(text), noon, text);
    assert.equal(msOfW3c('2026-11-20'), Date.UTC(2026, 10, 20));
    for (const text of ['', 'soon', '2026-13-01', '20/11/2026']) assert.equal(msOfW3c(text), undefined, text);
  });

  test('periods may lack their scheme, not an end', () => {
    const period = { startsAtMs: Date.UTC(2017, 9, 12, 19), endsAtMs: Date.UTC(2017, 9, 12, 19, 1) };
    assert.deepEqual(
      parsePeriod('start=2017-10-12T19:00:00Z;\n    end=2017-10-12T19:01:00Z; scheme=W3C-DTF;\n'),
      period,
    );
    assert.deepEqual(parsePeriod('start=2017-10-12T19:00Z; end=2017-10-12T19:01Z'), period);
    assert.equal(parsePeriod('start=2017-10-12T19:00:00Z'), undefined);
  });

  test('lengths', () => {
    for (const ms of [0, 500, 61_000, 5_400_000, 100 * 3_600_000]) assert.equal(parseExtent(formatExtent(ms)), ms);
    assert.equal(parseExtent('P1DT2H'), 26 * 3_600_000);
    for (const text of ['', 'PT', '90']) assert.equal(parseExtent(text), undefined, text);
  });
});

test('terms may have the names of what every object has', () => {
  const text =
    '<dublincore xmlns:p="__proto__" xmlns:q="constructor"><p:__proto__>a</p:__proto__><p:toString>b</p:toString><q:name>c</q:name></dublincore>';
  const json = JSON.parse(JSON.stringify(termsToJson(parseTerms(text)))) as object;
  assert.deepEqual(Object.keys(json), ['__proto__', 'constructor']);
  assert.equal(
    JSON.stringify(json),
    '{"__proto__":{"__proto__":[{"value":"a"}],"toString":[{"value":"b"}]},"constructor":{"name":[{"value":"c"}]}}',
  );
  assert.equal(({} as Record<string, unknown>)['name'], undefined);
  assert.match(formatTerms(parseTerms(text)), /__proto__/);
});
