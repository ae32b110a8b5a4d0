/** XML with namespaces, as in Opencast's small documents. No entity is ever expanded. */

/** An attribute. */
export interface XmlAttribute {
  name: string;
  /** Namespace; `''` for most attributes. */
  namespace: string;
  value: string;
}

/** An element. */
export interface XmlElement {
  /** Local name without prefix. */
  name: string;
  /** Namespace; `''` if it has none. */
  namespace: string;
  attributes: readonly XmlAttribute[];
  children: readonly XmlNode[];
}

/** Content of an element; text is unescaped. */
export type XmlNode = XmlElement | string;

/** Namespace of the prefix `xml`. */
export const XML_NAMESPACE = 'http://www.w3.org/XML/1998/namespace';
/** Namespace of XML Schema instances. */
export const XSI_NAMESPACE = 'http://www.w3.org/2001/XMLSchema-instance';

/** Thrown for a wrong document; says what is wrong and at which character. */
export class XmlError extends Error {
  /** The mistake without its place, and the place: the number of the character, from 0. Undefined: not known. */
  readonly why: string | undefined;
  readonly at: number | undefined;
  constructor(message: string, { why, at }: { why?: string; at?: number } = {}) {
    super(message);
    this.why = why;
    this.at = at;
  }
}

/** Makes an element. Attributes without namespace are a record; `undefined` attributes and children are left out. */
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

/** The children that are elements. */
export const elementsOf = (parent: XmlElement): XmlElement[] =>
  parent.children.filter((child) => typeof child !== 'string');

/** The children with this local name in any namespace, since Opencast's answers differ in prefixes and namespaces. */
export const childrenNamed = (parent: XmlElement, name: string): XmlElement[] =>
  elementsOf(parent).filter((child) => child.name === name);

/** The first child with this local name; undefined without one. */
export const childNamed = (parent: XmlElement, name: string): XmlElement | undefined => childrenNamed(parent, name)[0];

/** The text in an element and below, without white space at its ends. */
export const textOf = (parent: XmlElement): string =>
  parent.children
    .map((child) => (typeof child === 'string' ? child : textOf(child)))
    .join('')
    .trim();

/** The text of a child; undefined without such a child, or without text in it. */
export function childText(parent: XmlElement, name: string): string | undefined {
  const child = childNamed(parent, name);
  return child && (textOf(child) || undefined);
}

/** The value of an attribute; undefined without it. */
export const attributeOf = (parent: XmlElement, name: string, namespace = ''): string | undefined =>
  parent.attributes.find((one) => one.name === name && one.namespace === namespace)?.value;
