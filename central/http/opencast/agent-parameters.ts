import { parseAgentProperties, processingOf } from '@amphi/lib/opencast/agent-properties.ts';

/** Workflow and inputs in lines such as `key=value`; other lines are kept. */
export function agentParameters(text: string): {
  inputs: string[];
  workflow: string | undefined;
  workflowConfiguration: Record<string, string>;
  agentProperties: Record<string, string>;
} {
  const properties = parseAgentProperties(text);
  const { definition, configuration, devices } = processingOf(properties);
  const own = (key: string): boolean =>
    key.startsWith('org.opencastproject.workflow.') || key === 'capture.device.names' || key.startsWith('event.');
  const rest = Object.entries(properties).filter(([key]) => !own(key));
  return {
    inputs: devices,
    workflow: definition,
    workflowConfiguration: configuration,
    agentProperties: Object.fromEntries(rest),
  };
}
