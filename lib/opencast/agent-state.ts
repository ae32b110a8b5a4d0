import { childrenNamed, element, textOf, XmlError, attributeOf } from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';
import { formatXml, XML_DECLARATION } from './xml/xml-write.ts';

/**
 * States of capture agents and of their recordings, and their wire forms (`/capture-admin`; facts/opencast 1.4 and
 * 1.6).
 */

/**
 * States of an agent. The server itself sets `offline` when it has heard nothing for long; `unknown` is no sign of
 * life.
 */
export const AGENT_STATES = ['idle', 'shutting_down', 'capturing', 'uploading', 'unknown', 'offline', 'error'] as const;
/** One of the states of an agent. */
export type AgentState = (typeof AGENT_STATES)[number];
/** Whether a text is the state of an agent. */
export const isAgentState = (text: string): text is AgentState => (AGENT_STATES as readonly string[]).includes(text);

/** States of a recording, in the order in which an agent sends them; those with `_error` take the place of the rest. */
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
/** One of the states of a recording. */
export type RecordingState = (typeof RECORDING_STATES)[number];
/** Whether a text is the state of a recording. */
export const isRecordingState = (text: string): text is RecordingState =>
  (RECORDING_STATES as readonly string[]).includes(text);

const JAVA_PROPERTIES = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
`;

/** An agent's configuration as Java properties XML, for `POST …/configuration`. */
export const formatConfiguration = (entries: Readonly<Record<string, string>>, comment: string): string =>
  formatXml(
    element('', 'properties', {}, [
      element('', 'comment', {}, [comment]),
      ...Object.entries(entries).map(([key, value]) => element('', 'entry', { key }, [value])),
    ]),
    {},
    JAVA_PROPERTIES,
  );

/**
 * Reads a configuration: Java properties XML, or a flat JSON object of strings. Throws `XmlError`, which says what is
 * wrong.
 */
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
