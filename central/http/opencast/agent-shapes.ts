import { asList } from '@amphi/lib/opencast/xml/jettison.ts';
import { element, type XmlElement } from '@amphi/lib/opencast/xml/xml.ts';
import { formatXml } from '@amphi/lib/opencast/xml/xml-write.ts';
import type { Agent } from '../../agents/roster.ts';

import type { RecordingSeen } from '../../catalogue/recording-states.ts';

/** Agents and recordings as `/capture-admin` gives them: as XML, and as JSON that is made from this XML. */

const NAMESPACE = 'http://capture.admin.opencastproject.org';
const NAMES = 'capture.device.names';

/** Capabilities of an agent: the names of its inputs, and all properties of each. */
export function capabilitiesOf(configuration: Readonly<Record<string, string>>): Record<string, string> {
  const names = (configuration[NAMES] ?? '').split(',').map((name) => name.trim());
  const prefixes = names.filter(Boolean).map((name) => `capture.device.${name}`);
  const entries = Object.entries(configuration);
  return Object.fromEntries(
    entries.filter(([key]) => key === NAMES || prefixes.some((prefix) => key.includes(prefix))),
  );
}

const itemsOf = (entries: Readonly<Record<string, string>>) => {
  const item = asList(Object.entries(entries).map(([key, value]) => ({ key, value })));
  return item === '' ? '' : { item };
};

/** Properties as JSON, inside `properties-response`. */
export const propertiesJson = (entries: Readonly<Record<string, string>>) => ({
  'properties-response': { properties: itemsOf(entries) },
});

const sinceMs = (thenMs: number | undefined, nowMs: number): number =>
  thenMs === undefined ? 0 : Math.max(0, nowMs - thenMs);

function agentFields(agent: Agent, nowMs: number) {
  return {
    name: agent.name,
    state: agent.state,
    url: agent.url,
    'time-since-last-update': sinceMs(agent.seenMs ?? agent.stateSinceMs, nowMs),
    capabilities: itemsOf(capabilitiesOf(agent.configuration)),
  };
}

/** State of an agent as JSON. */
export const agentJson = (agent: Agent, nowMs: number) => ({ 'agent-state-update': agentFields(agent, nowMs) });

/** States of agents as JSON. */
export function agentsJson(agents: readonly Agent[], nowMs: number) {
  const agent = asList(agents.map((one) => agentFields(one, nowMs)));
  return { agents: agent === '' ? {} : { agent } };
}

const ca = (name: string, children: Parameters<typeof element>[3]): XmlElement =>
  element(NAMESPACE, name, {}, children);
const document = (root: XmlElement): string => formatXml(root, { [NAMESPACE]: 'ns2' });

function agentElement(name: string, agent: Agent, nowMs: number): XmlElement {
  const items = Object.entries(capabilitiesOf(agent.configuration)).map(([key, value]) =>
    ca('item', [ca('key', [key]), ca('value', [value])]),
  );
  return ca(name, [
    ca('name', [agent.name]),
    ca('state', [agent.state]),
    ca('url', [agent.url]),
    ca('time-since-last-update', [String(sinceMs(agent.seenMs ?? agent.stateSinceMs, nowMs))]),
    ca('capabilities', items),
  ]);
}

/** State of an agent as XML. */
export const agentXml = (agent: Agent, nowMs: number): string =>
  document(agentElement('agent-state-update', agent, nowMs));
/** States of agents as XML. */
export const agentsXml = (agents: readonly Agent[], nowMs: number): string =>
  document(
    ca(
      'agents',
      agents.map((agent) => agentElement('agent', agent, nowMs)),
    ),
  );

/** State of a recording as JSON. */
export const recordingJson = ({ id, state, atMs }: RecordingSeen, nowMs: number) => ({
  'recording-state-update': { name: id, state, 'time-since-last-update': sinceMs(atMs, nowMs) },
});

const recordingElement = ({ id, state, atMs }: RecordingSeen, nowMs: number): XmlElement =>
  ca('recording-state-update', [
    ca('name', [id]),
    ca('state', [state]),
    ca('time-since-last-update', [String(sinceMs(atMs, nowMs))]),
  ]);

/** State of a recording as XML. */
export const recordingXml = (seen: RecordingSeen, nowMs: number): string => document(recordingElement(seen, nowMs));
/** States of recordings as XML. */
export const recordingsXml = (all: readonly RecordingSeen[], nowMs: number): string =>
  document(
    ca(
      'recording-state-updates',
      all.map((seen) => recordingElement(seen, nowMs)),
    ),
  );
