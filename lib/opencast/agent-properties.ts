/** The attachment `org.opencastproject.capture.agent.properties`: how an event is to be recorded and processed. */

export const WORKFLOW_DEFINITION = 'org.opencastproject.workflow.definition';
export const WORKFLOW_CONFIGURATION = 'org.opencastproject.workflow.config.';
export const DEVICE_NAMES = 'capture.device.names';

/** `key=value` lines; values may hold `=` and `:`. */
export function parseAgentProperties(text: string): Record<string, string> {
  const lines = text.split(/\r?\n/).filter((line) => /^[^#!\s]/.test(line.trim()) && line.includes('='));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')).trim(), line.slice(line.indexOf('=') + 1).trim()]),
  );
}

/** As Opencast writes them: one line each, nothing escaped; line breaks in values become spaces. */
export const formatAgentProperties = (properties: Readonly<Record<string, string>>): string =>
  Object.entries(properties)
    .map(([key, value]) => `${key}=${value.replaceAll(/\s*[\r\n]+\s*/g, ' ')}\n`)
    .join('');

export interface Processing {
  /** Id of the workflow. */
  definition?: string;
  /** Its parameters, without the prefix. */
  configuration: Record<string, string>;
  /** Inputs that were chosen; empty: all. */
  devices: string[];
}

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
