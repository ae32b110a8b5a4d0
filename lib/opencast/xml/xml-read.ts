import { XML_NAMESPACE, XmlError, type XmlAttribute, type XmlElement, type XmlNode } from './xml.ts';

const MAX_CHARACTERS = 16 * 1024 * 1024;
const MAX_DEPTH = 64;
const MAX_ELEMENTS = 200_000;
const MAX_ATTRIBUTES = 100;
/** Number of namespace declarations in a document; one with more is refused, so that no scope grows. */
const MAX_DECLARATIONS = 100;

const NAME = String.raw`[\p{L}_][\p{L}\p{N}\p{M}._·-]*(?::[\p{L}_][\p{L}\p{N}\p{M}._·-]*)?`;
const TAG = new RegExp(String.raw`<(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(/?)>`, 'uy');
const END = new RegExp(String.raw`</(${NAME})\s*>`, 'uy');
const ATTRIBUTE = new RegExp(String.raw`(${NAME})\s*=\s*(?:"([^"]*)"|'([^']*)')`, 'gu');
const TEXT = /[^<]+/y;
/**
 * A DOCTYPE with only a name and an outer definition, which is never fetched; one with definitions of its own is
 * refused.
 */
const DOCTYPE = /<!DOCTYPE\s+[^\s[>]+(?:\s+(?:SYSTEM|PUBLIC)(?:\s+(?:"[^"]*"|'[^']*'))+)?\s*>/iy;
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

/**
 * Namespaces of what a browser would run, draw or transform. Their elements (with all that is inside) and attributes
 * are left out, so that Amphi never writes them again.
 */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'http://www.w3.org/1999/xhtml',
  'http://www.w3.org/2000/svg',
  'http://www.w3.org/1998/Math/MathML',
  'http://www.w3.org/1999/XSL/Transform',
  'http://www.w3.org/1999/xlink',
  'http://www.mozilla.org/xbl',
  'http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul',
]);
const isLeftOut = (namespace: string): boolean => LEFT_OUT.has(namespace.trim());

/** Prefixes that an element declares; `outer` has those that are declared around it. */
interface Scope {
  declared: ReadonlyMap<string, string>;
  outer?: Scope;
}
interface Open {
  element: XmlElement & { children: XmlNode[] };
  tag: string;
  scope: Scope;
}

/**
 * Reads one document. Throws `XmlError` with the place and the mistake: not well-formed, more than 16 MB of text, more
 * than 64 levels, more than 100 declarations of namespaces, or a DOCTYPE that defines entities. A plain DOCTYPE (as in
 * Java properties) is skipped, and so are elements that a browser would run (`LEFT_OUT`). The work grows no faster than
 * the text. `onElement` is told of each element and the character where it begins.
 */
export function parseXml(text: string, onElement?: (element: XmlElement, at: number) => void): XmlElement {
  if (text.length > MAX_CHARACTERS) throw new XmlError(`the XML is longer than ${MAX_CHARACTERS} characters`);
  const forbidden = FORBIDDEN.exec(text);
  if (forbidden) {
    const why = 'a character that XML does not allow';
    throw new XmlError(`${why}, at character ${forbidden.index}`, { why, at: forbidden.index });
  }
  const mark = text.startsWith('\ufeff') ? 1 : 0;
  return new Reader(text.slice(mark), (element, at) => onElement?.(element, at + mark)).document();
}

class Reader {
  readonly #text: string;
  readonly #open: Open[] = [];
  readonly #onElement: (element: XmlElement, at: number) => void;
  #at = 0;
  /** Character at which the piece that is read now begins. */
  #from = 0;
  #elements = 0;
  #declarations = 0;
  #root: XmlElement | undefined;

  constructor(text: string, onElement: (element: XmlElement, at: number) => void) {
    this.#text = text;
    this.#onElement = onElement;
  }

  document(): XmlElement {
    while (this.#at < this.#text.length) this.#next();
    const unfinished = this.#open.at(-1);
    if (unfinished) throw this.#error(`<${unfinished.tag}> is not ended`);
    if (!this.#root) throw this.#error('there is no element');
    return this.#root;
  }

  #next(): void {
    this.#from = this.#at;
    const text = this.#take(TEXT);
    if (text) return this.#addText(unescaped(text[0], (why) => this.#error(why)));
    if ((this.#between('<!--', '-->') ?? this.#between('<?', '?>')) !== undefined) return;
    const verbatim = this.#between('<![CDATA[', ']]>');
    if (verbatim !== undefined) return this.#addText(verbatim);
    const end = this.#take(END);
    if (end) return this.#close(end[1] ?? '');
    const tag = this.#take(TAG);
    if (tag) return this.#begin(tag[1] ?? '', tag[2] ?? '', tag[3] === '/');
    if (!this.#root && this.#open.length === 0 && this.#take(DOCTYPE)) return;
    if (/^<!DOCTYPE/i.test(this.#text.slice(this.#at, this.#at + 9))) {
      throw this.#error('a DOCTYPE that defines something itself is not allowed');
    }
    throw this.#error(`this is not well-formed: ${JSON.stringify(this.#text.slice(this.#at, this.#at + 40))}`);
  }

  #take(what: RegExp): RegExpExecArray | undefined {
    what.lastIndex = this.#at;
    const found = what.exec(this.#text) ?? undefined;
    if (found) this.#at = what.lastIndex;
    return found;
  }

  #between(begin: string, end: string): string | undefined {
    if (!this.#text.startsWith(begin, this.#at)) return undefined;
    const from = this.#at + begin.length;
    const to = this.#text.indexOf(end, from);
    if (to < 0) throw this.#error(`${begin} is not ended`);
    this.#at = to + end.length;
    return this.#text.slice(from, to);
  }

  #addText(text: string): void {
    const inside = this.#open.at(-1);
    if (inside) inside.element.children.push(text);
    else if (text.trim()) throw this.#error('text outside of the document element');
  }

  #begin(tag: string, attributes: string, empty: boolean): void {
    const outer = this.#open.at(-1);
    if (!outer && this.#root) throw this.#error('a second document element');
    if (this.#open.length >= MAX_DEPTH) throw this.#error(`elements are nested deeper than ${MAX_DEPTH}`);
    if (++this.#elements > MAX_ELEMENTS) throw this.#error(`there are more than ${MAX_ELEMENTS} elements`);
    const raw = this.#attributesOf(attributes);
    const scope = this.#scopeWith(outer?.scope ?? OUTERMOST, raw);
    const made = {
      ...this.#qualified(tag, scope, declaredIn(scope, '') ?? ''),
      attributes: this.#named(raw, scope).filter(({ namespace }) => !isLeftOut(namespace)),
      children: [],
    };
    if (!outer) {
      if (isLeftOut(made.namespace)) throw this.#error(`a document of ${made.namespace} is not taken`);
      this.#root = made;
    } else if (!isLeftOut(made.namespace)) outer.element.children.push(made);
    this.#onElement(made, this.#from);
    if (!empty) this.#open.push({ element: made, tag, scope });
  }

  #close(tag: string): void {
    const open = this.#open.pop();
    if (open?.tag !== tag) throw this.#error(open ? `</${tag}> ends <${open.tag}>` : `</${tag}> ends nothing`);
  }

  #attributesOf(text: string): [string, string][] {
    const found = [...text.matchAll(ATTRIBUTE)].map(([, name = '', double, single]): [string, string] => [
      name,
      unescaped((double ?? single ?? '').replaceAll(/\r\n|[\t\r\n]/g, ' '), (why) => this.#error(why)),
    ]);
    if (found.length > MAX_ATTRIBUTES) throw this.#error(`there are more than ${MAX_ATTRIBUTES} attributes`);
    const seen = new Set<string>();
    for (const [name] of found) {
      if (seen.has(name)) throw this.#error(`the attribute ${name} is there twice`);
      seen.add(name);
    }
    return found;
  }

  #scopeWith(outer: Scope, attributes: readonly [string, string][]): Scope {
    const declared = attributes.filter(([name]) => name === 'xmlns' || name.startsWith('xmlns:'));
    if (declared.length === 0) return outer;
    this.#declarations += declared.length;
    if (this.#declarations > MAX_DECLARATIONS) {
      throw this.#error(`there are more than ${MAX_DECLARATIONS} declarations of namespaces`);
    }
    return { declared: new Map(declared.map(([name, value]) => [name.slice('xmlns:'.length), value])), outer };
  }

  #named(raw: readonly [string, string][], scope: Scope): XmlAttribute[] {
    return raw
      .filter(([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'))
      .map(([name, value]) => ({ ...this.#qualified(name, scope, ''), value }));
  }

  #qualified(tag: string, scope: Scope, unprefixed: string): { name: string; namespace: string } {
    const colon = tag.indexOf(':');
    if (colon < 0) return { name: tag, namespace: unprefixed };
    const namespace = declaredIn(scope, tag.slice(0, colon));
    if (namespace === undefined) throw this.#error(`the prefix of ${tag} is not declared`);
    return { name: tag.slice(colon + 1), namespace };
  }

  #error(why: string): XmlError {
    return new XmlError(`XML, character ${this.#at}: ${why}`, { why, at: this.#from });
  }
}

const OUTERMOST: Scope = { declared: new Map([['xml', XML_NAMESPACE]]) };

/**
 * The namespace of a prefix; undefined if the prefix is not declared. There are no more scopes than levels of elements.
 */
function declaredIn(scope: Scope, prefix: string): string | undefined {
  for (let at: Scope | undefined = scope; at; at = at.outer) {
    const namespace = at.declared.get(prefix);
    if (namespace !== undefined) return namespace;
  }
  return undefined;
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['lt', '<'],
  ['gt', '>'],
  ['amp', '&'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Replaces the five named references and numbered ones; any other (`&xxe;`) is an error and never expanded. */
function unescaped(text: string, error: (why: string) => XmlError): string {
  const plain = text.includes('\r') ? text.replaceAll(/\r\n?/g, '\n') : text;
  if (!plain.includes('&')) return plain;
  return plain.replaceAll(/&([^;&\s]{0,32};)?/g, (whole, reference: string | undefined) => {
    const name = reference?.slice(0, -1) ?? '';
    const char = NAMED.get(name) ?? numbered(name);
    if (char === undefined) throw error(`${whole} is no reference that may be used`);
    return char;
  });
}

function numbered(name: string): string | undefined {
  const digits = /^#(?:x([\da-f]{1,6})|(\d{1,7}))$/i.exec(name);
  if (!digits) return undefined;
  const code = digits[1] ? Number.parseInt(digits[1], 16) : Number(digits[2]);
  if (code > 0x10_ff_ff || (code >= 0xd8_00 && code < 0xe0_00)) return undefined;
  const char = String.fromCodePoint(code);
  return FORBIDDEN.test(char) ? undefined : char;
}
