import { at, listOf } from './xml/jettison.ts';
import {
  attributeOf,
  childNamed,
  childrenNamed,
  childText,
  elementsOf,
  textOf,
  XmlError,
  type XmlElement,
} from './xml/xml.ts';
import { parseXml } from './xml/xml-read.ts';

/** Access lists as they are sent (facts/opencast 1.9, 1.12): JSON, Opencast's own XML, or XACML. */

/** An entry of an access list: a role and an action. */
export interface AccessEntry {
  role: string;
  action: string;
  allow: boolean;
}

/** Number of entries of a list; one with more is refused. */
const MOST_ENTRIES = 2000;

/** Reads a list in any of its three forms. Throws `XmlError`, which says what would be right. */
export function parseAccessList(text: string): AccessEntry[] {
  const trimmed = text.replace(/^\ufeff/, '').trim();
  const entries = trimmed.startsWith('<') ? entriesOf(parseXml(trimmed)) : entriesInJson(trimmed);
  if (entries.length > MOST_ENTRIES) throw new XmlError(`the access list has more than ${MOST_ENTRIES} entries`);
  return entries.map(whole);
}

function whole({ role, action, allow }: AccessEntry): AccessEntry {
  if (role === '' || action === '') throw new XmlError('an entry of the access list has no role, or no action');
  return { role, action, allow };
}

/**
 * Reads `{"acl":{"ace":[{"role","action","allow"}]}}`; a list with one entry may be that entry itself. An entry without
 * `allow` allows.
 */
function entriesInJson(text: string): AccessEntry[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new XmlError('the access list is neither XML nor JSON: {"acl":{"ace":[{"role","action","allow"}]}} would be');
  }
  const list = at(value, 'acl');
  if (typeof list !== 'object' || list === null) throw new XmlError('the access list has no "acl" with its "ace"');
  return listOf(at(list, 'ace') ?? []).map((entry) => ({
    role: textIn(at(entry, 'role')),
    action: textIn(at(entry, 'action')),
    allow: at(entry, 'allow') !== false && at(entry, 'allow') !== 'false',
  }));
}

const textIn = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

function entriesOf(root: XmlElement): AccessEntry[] {
  if (root.name === 'acl') return childrenNamed(root, 'ace').map(entryOf);
  if (root.name === 'Policy') return childrenNamed(root, 'Rule').flatMap(ruleOf);
  throw new XmlError(`the document element is ${root.name}: acl or a XACML Policy is an access list`);
}

const entryOf = (one: XmlElement): AccessEntry => ({
  role: childText(one, 'role') ?? '',
  action: childText(one, 'action') ?? '',
  allow: childText(one, 'allow') !== 'false',
});

/** Reads a rule of XACML. A rule that names no role is the last one, which denies all else, and gives no entry. */
function ruleOf(rule: XmlElement): AccessEntry[] {
  const target = childNamed(rule, 'Target');
  const condition = childNamed(rule, 'Condition');
  const action = target && childNamed(target, 'Actions') && valueIn(childNamed(target, 'Actions') as XmlElement);
  const role = condition && valueIn(condition);
  if (!action || !role) return [];
  return [{ role, action, allow: attributeOf(rule, 'Effect') !== 'Deny' }];
}

/** The first `AttributeValue` in an element, however deep. */
function valueIn(element: XmlElement): string | undefined {
  for (const child of elementsOf(element)) {
    const found = child.name === 'AttributeValue' ? textOf(child) : valueIn(child);
    if (found) return found;
  }
  return undefined;
}
