/**
 * Properties that say how an event is recorded and processed: the attachment
 * `org.opencastproject.capture.agent.properties` (facts/opencast 1.7).
 */

/** Property with the id of the workflow. */
export const WORKFLOW_DEFINITION = 'org.opencastproject.workflow.definition';
/** Beginning of the properties that are parameters of the workflow. */
export const WORKFLOW_CONFIGURATION = 'org.opencastproject.workflow.config.';
/** Property with the names of the chosen inputs, separated by commas. */
export const DEVICE_NAMES = 'capture.device.names';

/** Reads lines `key=value`; values may contain `=` and `:`. */
export function parseAgentProperties(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => /^[^#!\s]/.test(line.trim()) && line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

/** Writes the lines as Opencast does: nothing is escaped, and a line break in a value becomes a space. */
export const formatAgentProperties = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll(/\s*[\r\n]+\s*/g, ' ')}\n`)
    .join('');

/** The processing that an event's properties ask for. */
export interface Processing {
  /** Id of the workflow. */
  definition?: string;
  /** Parameters of the workflow, without their prefix. */
  configuration: Record<string, string>;
  /** The chosen inputs; empty means all. */
  devices: string[];
}

/** Reads the properties of an event. */
export function processingOf(properties: Readonly<Record<string, string>>): Processing {
  const definition = properties[WORKFLOW_DEFINITION];
  const configuration = Object.entries(properties)
    .filter(([key]) => key.startsWith(WORKFLOW_CONFIGURATION))
    .map(([key, value]) => [key.slice(WORKFLOW_CONFIGURATION.length), value]);
  const devices = (properties[DEVICE_NAMES] ?? '').split(',').map((name) => name.trim());
  return {
    ...(definition ? { definition } : {}),
    configuration: Object.fromEntries(configuration),
    devices: devices.filter(Boolean),
  };
}
