import { z } from 'zod';
import { refusedForMistakes } from '../http/refusal.ts';
import { jsonRoute, type Route } from '../http/route.ts';

const tag = 'technician';
const access = 'admin' as const;
const anything = z.record(z.string(), z.unknown());
const answer = z.object({
  document: anything,
  fixed: z.array(z.string()).describe('Keys that the file says which the box is started with'),
  waits: z.boolean().describe('Something was entered that counts only after a restart'),
});
const answerExample = {
  document: { timeZone: 'Europe/Paris', schedule: { leadInSeconds: 0, calendars: [] }, recordings: {} },
  fixed: ['timeZone'],
  waits: false,
};

/** Routes for settings of the machine that may be entered on the page. */
export const machineSettingsRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getMachineSettings',
    method: 'GET',
    path: '/machine/settings',
    access,
    tag,
    summary: 'Time zone, calendars, destinations: as they are after the next start, with their schema',
    answer: answer.extend({ schema: anything }),
    answerExample: { ...answerExample, schema: { type: 'object' } },
    run: async ({ box: { sources } }) => {
      const { machineSettings } = sources.technician;
      const { document, fixed, waits } = await machineSettings.now();
      return { document: { ...document }, fixed: [...fixed], waits, schema: { ...machineSettings.schema() } };
    },
  }),
  jsonRoute({
    id: 'changeMachineSettings',
    method: 'PATCH',
    path: '/machine/settings',
    access,
    tag,
    summary: 'Enter a part of them; it counts from the next start on',
    description: 'What the file says that the box is started with stays stronger. Lists are replaced whole.',
    body: z.strictObject({ given: anything }),
    bodyExample: { given: { timeZone: 'Europe/Paris' } },
    answer,
    answerExample,
    async run({ box: { sources }, body: { given } }) {
      const { machineSettings } = sources.technician;
      const mistakes = await machineSettings.keep(given);
      if (mistakes.length > 0)
        return refusedForMistakes(mistakes.map(({ at, text }) => ({ at: `body.given.${at}`, text })));
      const { document, fixed, waits } = await machineSettings.now();
      return { document: { ...document }, fixed: [...fixed], waits };
    },
  }),
];
