import { pictureHandlers } from './handlers/picture.ts';
import { presetHandlers } from './handlers/presets.ts';
import { recordingHandlers } from './handlers/recording-requests.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { streamingHandlers } from './handlers/streaming.ts';
import {
  refuse,
  type Handler,
  type Handlers,
  type Outcome,
  type Refusal,
  type Request,
  type Surroundings,
} from './outcome.ts';
import { requests, type Params, type RequestName } from './requests.ts';
import type { DeviceState } from './state.ts';

const handlers: Handlers<RequestName> = {
  ...pictureHandlers,
  ...streamingHandlers,
  ...recordingHandlers,
  ...presetHandlers,
  ...settingsHandlers,
};

/** Applies a request to the state: gives the next state, or a refusal. Pure; the only writer of `wanted`. */
export function apply(state: DeviceState, request: Request, around: Surroundings): Outcome {
  const { name, params, session } = request;
  if (requests[name].access === 'admin' && session.access !== 'admin') {
    return refused(state, refuse('E24', `${name} is for administrators`));
  }
  const answer = (handlers[name] as Handler<RequestName>)(state, params, around);
  if ('code' in answer) return refused(state, answer);
  return { state: { ...state, wanted: answer.wanted }, events: answer.events ?? [] };
}

const refused = (state: DeviceState, refusal: Refusal): Outcome => ({ state, events: [], refusal });

/** Checks parameters that came from outside. Gives them in their right types, or a refusal (E13) with all mistakes. */
export function parseParams<Name extends RequestName>(name: Name, params: unknown): { params: Params<Name> } | Refusal {
  const parsed = requests[name].params.safeParse(params ?? {});
  if (parsed.success) return { params: parsed.data as Params<Name> };
  const mistakes = parsed.error.issues.map(({ path, message }) =>
    path.length > 0 ? `${path.join('.')}: ${message}` : message,
  );
  return refuse('E13', mistakes.join('; '));
}

/** Whether a text names a request. */
export const isRequestName = (name: string): name is RequestName => Object.hasOwn(requests, name);
