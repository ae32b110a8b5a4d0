/** XML with namespaces, as Opencast's small documents use it: read strictly, written plainly. No entity is ever expanded. */

export interface XmlAttribute {
  name: string;
  /** `''` as for nearly all attributes. */
  namespace: string;
  value: string;
}

export interface XmlElement {
  /** Local name, without prefix. */
  name: string;
  /** `''` when it is in none. */
  namespace: string;
  attributes: readonly XmlAttribute[];
  children: readonly XmlNode[];
}

/** Text is a plain string, unescaped. */
export type XmlNode = XmlElement | string;

export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/** What was wrong with a document, and at which character. */
export class XmlError extends Error {}

/** An element made by hand; attributes without namespace as a record; `undefined` ones and `undefined` children are left out. */
export function element(
  namespace: string,
  name: string,
  attributes: Readonly<Record<string, string | undefined>> = {},
  children: readonly (XmlNode | undefined)[] = [],
): XmlElement {
  return {
    name,
    namespace,
    attributes: Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [{ name: key, namespace: '', value }],
    ),
    children: children.filter((child) => child !== undefined),
  };
}

export const elementsOf = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child) => typeof child !== 'string');

/** Children with this local name, whatever their namespace: prefixes and namespaces of Opencast's answers vary. */
export const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name);

export const childNamed = (parent: XmlElement, name: string): XmlElement | undefined => childrenNamed(parent, name)[0];

/** The text in an element and below it, trimmed. */
export const textOf = (parent: XmlElement): string =>
  parent.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('')
    .trim();

/** The text of a child; `undefined` where there is no such child, or no text in it. */
export function childText(parent: XmlElement, name: string): string | undefined {
  const child = childNamed(parent, name);
  return child && (textOf(child) || undefined);
}

export const attributeOf = (parent: XmlElement, name: string, namespace = ''): string | undefined =>
  parent.attributes.find((one) => one.name === name && one.namespace === namespace)?.value;
