import { firstWhere } from '#lib/runtime/lists/bisect.ts';
import { attributeOf, elementsOf, textOf, XmlError, type XmlElement } from '../xml/xml.ts';
import { parseXml } from '../xml/xml-read.ts';
import { quoted, UnreadableDefinition } from './mistakes.ts';
import type { Part } from './part.ts';

/** Namespace of definitions. Those without a namespace are read too. */
export const WORKFLOW_NAMESPACE = 'http://workflow.opencastproject.org';

/** Elements whose children are a list. */
const LISTS: readonly string[] = ['tags', 'roles', 'operations', 'configurations', 'state-mappings'];
/** Elements that have a name of their own in an attribute, and a text. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['configuration', 'key'],
  ['state-mapping', 'state'],
]);

/**
 * Reads XML into parts, by local names: prefixes do not matter. Throws `UnreadableDefinition` for a text that is no XML,
 * or no definition.
 */
export function parseXmlParts(text: string): Part {
  const lineAt = openLines(text);
  const places = new Map<XmlElement, number>();
  try {
    const root = parseXml(text, (element, at) => places.set(element, at));
    refuseOthers(root, lineAt(places.get(root) ?? 0));
    return partOf(root, (element) => lineAt(places.get(element) ?? 0));
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    throw new UnreadableDefinition(
      lineAt(error.at ?? 0),
      `this is no XML that is read here: ${error.why ?? error.message}`,
    );
  }
}

function refuseOthers({ name, namespace }: XmlElement, line: number): void {
  if (name !== 'definition')
    throw new UnreadableDefinition(line, `<${name.slice(0, 40)}> is no workflow: <definition> is`);
  if (namespace !== '' && namespace !== WORKFLOW_NAMESPACE)
    throw new UnreadableDefinition(line, `the namespace must be ${WORKFLOW_NAMESPACE}, not ${quoted(namespace)}`);
}

/** Gives the line of a character, from 1, in the time of a look-up. */
function openLines(text: string): (at: number) => number {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (at) => firstWhere(starts.length, (n) => starts[n]! > at);
}

function partOf(element: XmlElement, lineOf: (element: XmlElement) => number): Part {
  const line = lineOf(element);
  const children = elementsOf(element);
  const kind = kindOf(element, children.length);
  const attribute = NAMED.get(element.name);
  const name = attribute === undefined ? element.name : (attributeOf(element, attribute) ?? '');
  const attributes = kind === 'map' ? element.attributes.map((one) => textPart(one.name, line, one.value)) : [];
  return {
    name,
    line,
    kind,
    text: kind === 'text' ? textOf(element) : '',
    parts: kind === 'text' ? [] : [...attributes, ...children.map((child) => partOf(child, lineOf))],
  };
}

const textPart = (name: string, line: number, text: string): Part => ({ name, line, kind: 'text', text, parts: [] });

function kindOf({ name }: XmlElement, children: number): Part['kind'] {
  if (LISTS.includes(name)) return 'list';
  return children > 0 || name === 'operation' || name === 'definition' ? 'map' : 'text';
}
