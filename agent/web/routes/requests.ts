import { z } from 'zod';
import { requests, type RequestName } from '#agent/device/requests.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';
import * as answers from '../views/answers.ts';
import { ask } from '../views/ask.ts';
import { isRefused } from '#lib/http-api/refusal.ts';
import { jsonRoute, type Route } from '../http/route.ts';
import { jsonSchemaOf } from '#lib/http-api/json-schema.ts';
import { hideInWanted } from '#agent/device/secrets.ts';
import { EXAMPLE_MOMENT, REQUEST_EXAMPLES } from './examples.ts';

const tag = 'requests';
const names = Object.keys(requests) as RequestName[];
const describe = (name: RequestName) => {
  const { summary, access, params } = requests[name];
  return { name, summary, access, params: jsonSchemaOf(params, 'input') };
};

/** The parts of the wanted state that a change altered. */
function changedParts(before: DeviceState, { wanted }: DeviceState): Record<string, unknown> {
  const shown = hideInWanted(wanted);
  const keys = (Object.keys(wanted) as (keyof Wanted)[]).filter((key) => wanted[key] !== before.wanted[key]);
  return Object.fromEntries(keys.map((key) => [key, shown[key]]));
}

/** Routes for every request of the box by its name, also for those without a path of their own. */
export const requestRoutes: readonly Route[] = [
  jsonRoute({
    id: 'getRequests',
    method: 'GET',
    path: '/requests',
    access: 'user',
    tag,
    summary: 'All requests, with the JSON schema of their parameters',
    answer: z.object({
      requests: z.array(
        z.object({
          name: z.string(),
          summary: z.string(),
          access: z.enum(['user', 'admin']),
          params: z.record(z.string(), z.unknown()).describe('JSON schema'),
        }),
      ),
    }),
    answerExample: { requests: [describe('channels.swap')] },
    run: () => ({ requests: names.map(describe) }),
  }),
  ...names.map((name) =>
    jsonRoute({
      id: `request_${name.replace('.', '_')}`,
      method: 'POST',
      path: `/requests/${name}`,
      access: requests[name].access,
      tag,
      summary: requests[name].summary,
      body: requests[name].params,
      bodyExample: REQUEST_EXAMPLES[name],
      refusals: [404, 409],
      answer: z.object({
        request: z.string(),
        changed: z.record(z.string(), z.unknown()).describe('The parts of the wanted state that are others now'),
        ...answers.at,
      }),
      answerExample: { request: name, changed: {}, at: EXAMPLE_MOMENT },
      async run(asked) {
        const done = await ask(asked.box, asked.session, name, asked.body);
        if (isRefused(done)) return done;
        return { request: name, changed: changedParts(done.before, done.state), ...done.at };
      },
    }),
  ),
];
