import { elementsOf, XML_NAMESPACE, type XmlElement, type XmlNode } from './xml.ts';

/** Prefixes by namespace; `''` is the default namespace. All are declared at the document element. */
export type Prefixes = Readonly<Record<string, string>>;

/** First line of every document. */
export const XML_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

/** A document with its declaration. Namespaces without a prefix get one. Characters that XML forbids become U+FFFD. */
export function formatXml(root: XmlElement, prefixes: Prefixes = {}, declaration = XML_DECLARATION): string {
  const all = withAll(prefixes, root);
  const declared = [...all]
    .filter(([namespace]) => namespace !== XML_NAMESPACE && namespace !== '')
    .map(([namespace, prefix]) => ` ${prefix ? `xmlns:${prefix}` : 'xmlns'}="${escapedXml(namespace)}"`)
    .join('');
  const fallback = [...all].find(([namespace, prefix]) => prefix === '' && namespace !== '')?.[0] ?? '';
  return `${declaration}${written(root, all, fallback, declared)}`;
}

/** Prefixes by namespace. Namespaces are foreign text: they are never the keys of a plain object. */
type AllPrefixes = ReadonlyMap<string, string>;

function withAll(prefixes: Prefixes, root: XmlElement): AllPrefixes {
  const all = new Map([...Object.entries(prefixes), [XML_NAMESPACE, 'xml']]);
  const taken = new Set(all.values());
  let count = 0;
  for (const namespace of namespacesIn(root)) {
    if (namespace === '' || all.has(namespace)) continue;
    do count += 1;
    while (taken.has(`ns${count}`));
    all.set(namespace, `ns${count}`);
  }
  return all;
}

function* namespacesIn(root: XmlElement): Generator<string> {
  yield root.namespace;
  for (const { namespace } of root.attributes) yield namespace;
  for (const child of elementsOf(root)) yield* namespacesIn(child);
}

function written(node: XmlNode, prefixes: AllPrefixes, fallback: string, declared = ''): string {
  if (typeof node === 'string') return escapedXml(node);
  const prefix = node.namespace === '' ? '' : (prefixes.get(node.namespace) ?? '');
  const tag = prefix ? `${prefix}:${node.name}` : node.name;
  // An element without a namespace, below one with a default namespace, says so; its children inherit that.
  const leaves = prefix === '' && node.namespace !== fallback;
  const inside = leaves ? node.namespace : fallback;
  const attributes = node.attributes.map(({ name, namespace, value }) => {
    // The default namespace does not apply to attributes, so an attribute of that namespace is written without prefix.
    const own = prefixes.get(namespace) ? `${prefixes.get(namespace)}:${name}` : name;
    return ` ${own}="${escapedXml(value)}"`;
  });
  const head = `<${tag}${declared}${leaves ? ` xmlns="${escapedXml(node.namespace)}"` : ''}${attributes.join('')}`;
  if (node.children.length === 0) return `${head}/>`;
  return `${head}>${node.children.map((child) => written(child, prefixes, inside)).join('')}</${tag}>`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ['\r', '&#13;'],
]);

/** A text for XML, also within an attribute; characters that XML cannot have become U+FFFD. */
export const escapedXml = (text: string): string =>
  text
    .toWellFormed()
    // oxlint-disable-next-line no-control-regex
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
    .replaceAll(/[&<>"\r]/g, (char) => ESCAPES.get(char) ?? char);
