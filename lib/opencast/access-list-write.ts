import type { AccessEntry } from './access-list.ts';
import { element, type XmlElement } from './xml/xml.ts';
import { formatXml } from './xml/xml-write.ts';

const POLICY = 'urn:oasis:names:tc:xacml:2.0:policy:schema:os';
const XACML = 'urn:oasis:names:tc:xacml:1.0';
const DATA = { DataType: 'http://www.w3.org/2001/XMLSchema#string' };

const of = (name: string, attributes: Record<string, string>, children: readonly (XmlElement | string)[]): XmlElement =>
  element(POLICY, name, attributes, children);

/** Writes an access list as XACML, about the event or series of an id (facts/opencast 1.12). */
export const formatXacml = (id: string, entries: readonly AccessEntry[]): string =>
  formatXml(
    of(
      'Policy',
      { PolicyId: id, Version: '2.0', RuleCombiningAlgId: `${XACML}:rule-combining-algorithm:permit-overrides` },
      [
        of('Target', {}, [of('Resources', {}, [of('Resource', {}, [match('Resource', id, 'resource:resource-id')])])]),
        ...entries.map(ruleOf),
        of('Rule', { RuleId: 'DenyRule', Effect: 'Deny' }, []),
      ],
    ),
    { [POLICY]: '' },
  );

function ruleOf({ role, action, allow }: AccessEntry): XmlElement {
  const effect = allow ? 'Permit' : 'Deny';
  return of('Rule', { RuleId: `${role}_${action}_${effect}`, Effect: effect }, [
    of('Target', {}, [of('Actions', {}, [of('Action', {}, [match('Action', action, 'action:action-id')])])]),
    of('Condition', {}, [
      of('Apply', { FunctionId: `${XACML}:function:string-is-in` }, [
        of('AttributeValue', DATA, [role]),
        of('SubjectAttributeDesignator', { AttributeId: 'urn:oasis:names:tc:xacml:2.0:subject:role', ...DATA }, []),
      ]),
    ]),
  ]);
}

/** The condition that the resource or action of a request is a value. */
const match = (what: 'Resource' | 'Action', value: string, attribute: string): XmlElement =>
  of(`${what}Match`, { MatchId: `${XACML}:function:string-equal` }, [
    of('AttributeValue', DATA, [value]),
    of(`${what}AttributeDesignator`, { AttributeId: `${XACML}:${attribute}`, ...DATA }, []),
  ]);
