import { HIDDEN, hide } from '#firmware-config/document/secrets.ts';
import type { DeviceState, Seen, Wanted } from './state.ts';

/** Also in the midst of a sentence. */
const ANY_USER_INFO = /(\/\/[^\s/@:]*:)([^\s/]+)(?=@)/g;

/** What is wanted, or a part of it, fit to be given out. */
export const hideInWanted = <Part extends Partial<Wanted>>(wanted: Part): Part => hide(wanted) as Part;

/** What is seen, fit to be given out: FFmpeg likes to repeat a URL with its password when it cannot open it. */
export function hideInSeen(seen: Seen, wanted: Wanted): Seen {
  const secrets = secretsOf(wanted);
  const clean = <T extends { error?: string }>(one: T): T =>
    one.error === undefined ? one : { ...one, error: hideInText(one.error, secrets) };
  const { 1: one, 2: two, 3: three, 4: four, 5: five } = seen.inputs;
  return {
    ...seen,
    inputs: { 1: clean(one), 2: clean(two), 3: clean(three), 4: clean(four), 5: clean(five) },
    pushes: Object.fromEntries(Object.entries(seen.pushes).map(([id, push]) => [id, clean(push)])),
    alarms: seen.alarms.map((alarm) => ({ ...alarm, text: hideInText(alarm.text, secrets) })),
  };
}

/** The state, fit to be given out. */
export const hideInState = ({ wanted, seen }: DeviceState): DeviceState => ({
  wanted: hideInWanted(wanted),
  seen: hideInSeen(seen, wanted),
});

/** Shorter ones are words that stand in any text. */
const SHORTEST = 4;

function secretsOf({ inputs, pushes }: Wanted): string[] {
  const secrets = new Set<string>();
  hide({ inputs, pushes }, (secret) => void secrets.add(secret));
  const forms = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // The longest first: what is left of a secret after a part of it is hidden would still tell.
  return forms.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
}

const hideInText = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text).replaceAll(ANY_USER_INFO, `$1${HIDDEN}`);
