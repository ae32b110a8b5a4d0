import { HIDDEN, hide } from '#firmware-config/document/secrets.ts';
import type { DeviceState, Seen, Wanted } from './state.ts';

/** User and password of a URL, also inside of a sentence. */
const ANY_USER_INFO = /(\/\/[^\s/@:]*:)([^\s/]+)(?=@)/g;

/** A copy of the wanted state, or of a part of it, without secrets. */
export const hideInWanted = <Part extends Partial<Wanted>>(wanted: Part): Part => hide(wanted) as Part;

/**
 * A copy of the observed state without secrets. Error texts need it, since FFmpeg repeats a URL with its password if it
 * cannot open it.
 */
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

/** A copy of the state without secrets. */
export const hideInState = ({ wanted, seen }: DeviceState): DeviceState => ({
  wanted: hideInWanted(wanted),
  seen: hideInSeen(seen, wanted),
});

/** Shortest secret, in characters, that is searched for in texts; shorter ones could be ordinary words. */
const SHORTEST = 4;

function secretsOf({ inputs, pushes }: Wanted): string[] {
  const secrets = new Set<string>();
  hide({ inputs, pushes }, (secret) => void secrets.add(secret));
  const forms = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // The longest secrets come first: if a part of one were hidden first, the rest of it would stay readable.
  return forms.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
}

const hideInText = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text).replaceAll(ANY_USER_INFO, `$1${HIDDEN}`);
