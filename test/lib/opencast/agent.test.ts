import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatAgentProperties, parseAgentProperties, processingOf } from '#lib/opencast/agent-properties.ts';
import { formatConfiguration, formatPropertiesResponse, parseConfiguration } from '#lib/opencast/agent-state.ts';
import { asList, at, listOf } from '#lib/opencast/xml/jettison.ts';
import { usableServices } from '#lib/opencast/services.ts';
import { childrenNamed, textOf, XmlError } from '#lib/opencast/xml/xml.ts';
import { parseXml } from '#lib/opencast/xml/xml-read.ts';

const ENTRIES = {
  'capture.device.names': 'Channel A,Channel B',
  'capture.device.timezone': 'Europe/Paris',
  odd: '<&>',
};

/** Keys and values of a `properties-response`. */
function answered(text: string): Record<string, string> {
  const [properties] = childrenNamed(parseXml(text), 'properties');
  const items = childrenNamed(properties!, 'item');
  return Object.fromEntries(
    items.map((item) => [textOf(childrenNamed(item, 'key')[0]!), textOf(childrenNamed(item, 'value')[0]!)]),
  );
}

describe('the configuration of an agent', () => {
  test('says after writing and reading what it said before, also as the server answers it', () => {
    const text = formatConfiguration(ENTRIES, 'Capabilities for Amphi D');
    assert.match(text, /<!DOCTYPE properties SYSTEM "http:\/\/java.sun.com\/dtd\/properties.dtd">/);
    assert.deepEqual(parseConfiguration(text), { format: 'xml', entries: ENTRIES });
    assert.deepEqual(answered(formatPropertiesResponse(ENTRIES)), ENTRIES);
  });

  test('may be JSON', () => {
    assert.deepEqual(parseConfiguration(JSON.stringify(ENTRIES)), { format: 'json', entries: ENTRIES });
  });

  test('is refused with words if it is neither', () => {
    for (const text of ['', 'x', '{"a":', '{"a":{}}', '<a/>', '<properties><entry>x</entry></properties>'])
      assert.throws(() => parseConfiguration(text), XmlError, text);
  });
});

test('the properties of an event: values may hold what they like', () => {
  const properties = {
    'org.opencastproject.workflow.definition': 'fast',
    'event.title': 'a=b: é',
    'org.opencastproject.workflow.config.x': 'true',
    'capture.device.names': 'a,,b ',
  };
  assert.deepEqual(parseAgentProperties(formatAgentProperties(properties)), {
    ...properties,
    'capture.device.names': 'a,,b',
  });
  assert.deepEqual(processingOf(properties), { definition: 'fast', configuration: { x: 'true' }, devices: ['a', 'b'] });
  assert.deepEqual(parseAgentProperties('# made by hand\r\n\r\na = b\r\nnothing\r\n'), { a: 'b' });
});

const INGEST = 'org.opencastproject.ingest';

describe('JSON that is XML in disguise', () => {
  test('none, one, several', () => {
    assert.deepEqual(listOf(at({ services: '' }, 'services', 'service')), []);
    assert.deepEqual(listOf(at({ services: { service: { a: 1 } } }, 'services', 'service')), [{ a: 1 }]);
    assert.deepEqual(listOf([{ a: 1 }, { a: 2 }, 'x']), [{ a: 1 }, { a: 2 }]);
    assert.deepEqual([asList([]), asList([1]), asList([1, 2])], ['', 1, [1, 2]]);
  });

  test('of services those that can be used are given, in their order', () => {
    const one = (host: string, more = {}) => ({
      type: INGEST,
      host,
      path: '/ingest',
      active: true,
      online: true,
      maintenance: false,
      ...more,
    });
    const services = {
      services: {
        service: [
          one('https://a.org'),
          one('https://b.org', { maintenance: true }),
          one('https://c.org/', { online: 'true' }),
          one('javascript:x'),
          one('ftp://d'),
          one('https://e.org', { type: 'org.opencastproject.workflow' }),
          one('http://127.0.0.9', { path: 'open/ingest' }),
          one('http://127.0.0.9', { path: '@evil.org/ingest' }),
        ],
      },
    };
    assert.deepEqual(usableServices(services, INGEST), [
      'https://a.org/ingest',
      'https://c.org/ingest',
      'http://127.0.0.9/open/ingest',
      'http://127.0.0.9/@evil.org/ingest',
    ]);
    assert.deepEqual(usableServices({ services: '' }, INGEST), []);
    assert.deepEqual(usableServices('<html>', INGEST), []);
  });
});
