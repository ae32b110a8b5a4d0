import { childNamed, childrenNamed, element, textOf, XmlError, attributeOf } from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml, XML_DECLARATION } from './xml/xml-write.ts';

/** What capture agents say of themselves and of their recordings, and how it is written (`/capture-admin`). */

/** `offline` is also set by the server, when it has heard nothing for long; `unknown` alone does not count as hearing. */
export const AGENT_STATES = ['idle', 'shutting_down', 'capturing', 'uploading', 'unknown', 'offline', 'error'] as const;
export type AgentState = (typeof AGENT_STATES)[number];
export const isAgentState = (text: string): text is AgentState => (AGENT_STATES as readonly string[]).includes(text);

/** In the order in which an agent sends them; the `_error` ones in place of the rest. */
export const RECORDING_STATES = [
  'unknown',
  'capturing',
  'capture_finished',
  'capture_error',
  'manifest',
  'manifest_error',
  'manifest_finished',
  'compressing',
  'compressing_error',
  'uploading',
  'upload_finished',
  'upload_error',
] as const;
export type RecordingState = (typeof RECORDING_STATES)[number];
export const isRecordingState = (text: string): text is RecordingState =>
  (RECORDING_STATES as readonly string[]).includes(text);

const JAVA_PROPERTIES = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
`;

/** An agent's configuration as the Java properties XML that `POST …/configuration` takes. */
export const formatConfiguration = (entries: Readonly<Record<string, string>>, comment: string): string =>
  formatXml(
    element('', 'properties', {}, [
      element('', 'comment', {}, [comment]),
      ...Object.entries(entries).map(([key, value]) => element('', 'entry', { key }, [value])),
    ]),
    {},
    JAVA_PROPERTIES,
  );

/** Reads a configuration: Java properties XML, or a flat JSON object of strings. Throws `XmlError` with what is wrong. */
export function parseConfiguration(text: string): { format: 'xml' | 'json'; entries: Record<string, string> } {
  if (text.trimStart().startsWith('{')) return { format: 'json', entries: flatJson(text) };
  const root = parseXml(text.trim());
  if (root.name !== 'properties') throw new XmlError(`the document element is ${root.name}, not properties`);
  const entries = childrenNamed(root, 'entry').map((entry) => {
    const key = attributeOf(entry, 'key');
    if (!key) throw new XmlError('an entry has no key');
    return [key, textOf(entry)] as const;
  });
  return { format: 'xml', entries: Object.fromEntries(entries) };
}

function flatJson(text: string): Record<string, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new XmlError(`neither XML nor JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const entries = Object.entries(Object(value) as Record<string, unknown>);
  const wrong = entries.find(([, one]) => typeof one === 'object');
  if (wrong) throw new XmlError(`${wrong[0]} is no text`);
  return Object.fromEntries(entries.map(([key, one]) => [key, String(one)]));
}

const COMMON_NAMESPACE = 'http://common.opencastproject.org';

/** The answer to a configuration that came as XML: the same keys and values. */
export function formatPropertiesResponse(entries: Readonly<Record<string, string>>): string {
  const common = (name: string, children: Parameters<typeof element>[3]) =>
    element(COMMON_NAMESPACE, name, {}, children);
  const items = Object.entries(entries).map(([key, value]) =>
    common('item', [common('key', [key]), common('value', [value])]),
  );
  const root = common('properties-response', [common('properties', items)]);
  return formatXml(root, { [COMMON_NAMESPACE]: 'ns2' }, XML_DECLARATION);
}

/** Reads `properties-response` (XML), as a server answers. Throws `XmlError`. */
export function parsePropertiesResponse(text: string): Record<string, string> {
  const properties = childNamed(parseXml(text), 'properties');
  const items = properties ? childrenNamed(properties, 'item') : [];
  return Object.fromEntries(
    items.map((item) => [
      textOf(childNamed(item, 'key') ?? item),
      childNamed(item, 'value') ? textOf(childNamed(item, 'value')!) : '',
    ]),
  );
}
