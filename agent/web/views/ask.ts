import { requests, type Params, type RequestName } from '#agent/device/requests.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { DeviceState, Wanted } from '#agent/device/state.ts';
import { isRefused, mistakesOf, type Refused } from '#lib/http-api/refusal.ts';
import { refusedByBox, refusedForMistakes } from '../http/refusal.ts';
import type { Box } from '../http/route.ts';
import { HIDDEN, reveal } from '#firmware-config/document/secrets.ts';
import type { FrameMoment } from './sources.ts';

/** A change that was made: the state before and after it, and the frame that was current when it was asked for. */
export interface Done {
  before: DeviceState;
  state: DeviceState;
  at: { at?: FrameMoment };
}

/** Asks the device for a change. The parameters are checked completely. */
export async function ask(
  { device, sources }: Pick<Box, 'device' | 'sources'>,
  session: Session,
  name: RequestName,
  params: unknown,
): Promise<Done | Refused> {
  const parsed = requests[name].params.safeParse(params ?? {});
  if (!parsed.success) return refusedForMistakes(mistakesOf(parsed.error, 'body'));
  const before = device.state();
  const whole = revealParams(name, parsed.data, before.wanted);
  if (isRefused(whole)) return whole;
  // The moment is asked for first, and both answers are awaited together.
  const [moment, outcome] = await Promise.all([sources.now?.(), device.request({ name, params: whole, session })]);
  if (outcome.refusal) return refusedByBox(outcome.refusal);
  return { before, state: outcome.state, at: moment ? { at: moment } : {} };
}

/** Asks for a change and answers with the new state, made by `view`. */
export async function change<View extends object>(
  asking: { box: Box; session: Session },
  name: RequestName,
  params: unknown,
  view: (state: DeviceState) => View,
): Promise<(View & { at?: FrameMoment }) | Refused> {
  const done = await ask(asking.box, asking.session, name, params);
  return isRefused(done) ? done : { ...view(done.state), ...done.at };
}

/**
 * Asks for several changes, in order up to a refusal, and answers with the new state. Requests without parameters are
 * left out.
 */
export async function changes<View extends object>(
  asking: { box: Box; session: Session },
  wishes: readonly (readonly [name: RequestName, params: object | undefined])[],
  view: (state: DeviceState) => View,
): Promise<(View & { at?: FrameMoment }) | Refused> {
  let at: Done['at'] = {};
  for (const [name, params] of wishes) {
    if (params === undefined) continue;
    const done = await ask(asking.box, asking.session, name, params);
    if (isRefused(done)) return done;
    at = done.at;
  }
  return { ...view(asking.box.device.state()), ...at };
}

/** The parameters with the secrets that were hidden when they were given out. */
function revealParams(name: RequestName, params: Params<RequestName>, wanted: Wanted): Params<RequestName> | Refused {
  const lost: string[] = [];
  const whole = reveal(params, placesOf(name, params, wanted), (at) => void lost.push(at));
  if (lost.length === 0) return whole as Params<RequestName>;
  const text = `${HIDDEN} stands for a secret of another address or user, or of none: write the secret itself`;
  return refusedForMistakes(lost.map((at) => ({ at: `body.${at}`, text })));
}

/** The present value at the place of the parameters. */
function placesOf(name: RequestName, params: object, wanted: Wanted): unknown {
  if (name === 'input.set') return wanted.inputs[(params as Params<'input.set'>).input];
  if (name === 'push.put') {
    const { push } = params as Params<'push.put'>;
    return { push: wanted.pushes.find(({ id }) => id === push.id) };
  }
  if (name === 'sis.set') return wanted.sis;
  if (name === 'sis.keep') return { values: wanted.sis.kept[(params as Params<'sis.keep'>).row] };
  return name === 'settings.replace' ? { settings: wanted } : undefined;
}
