import type { AgentState } from '#lib/opencast/agent-state.ts';
import type { Opencast } from './opencast.ts';

/** The result of one check. */
export interface Check {
  what: string;
  ok: boolean;
  /** The result in words for an installer: what was found, or what is wrong. */
  text: string;
}

/** Tests the server, in the order in which the box uses it; stops after the first failure. */
export async function checkServer(opencast: Opencast, state: AgentState, address: string): Promise<Check[]> {
  const checks: Check[] = [];
  const { agent } = opencast.settings;
  const steps: [what: string, act: () => Promise<string>][] = [
    ['services', async () => `ingest is at ${await opencast.locate('ingest')}`],
    [
      'agent',
      async () => {
        await opencast.setState(state, address);
        return `${agent} is registered, and ${state}`;
      },
    ],
    [
      'calendar',
      async () => {
        (await opencast.calendar({})).drop();
        return `the calendar of ${agent} can be read`;
      },
    ],
  ];
  for (const [what, act] of steps) {
    try {
      checks.push({ what, ok: true, text: await act() });
    } catch (error) {
      checks.push({ what, ok: false, text: error instanceof Error ? error.message : String(error) });
      break;
    }
  }
  return checks;
}
