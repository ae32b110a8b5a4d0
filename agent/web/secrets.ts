import type { DeviceState, InputSource, Seen, Wanted } from '#agent/device/state.ts';

/** What stands in the place of a secret in all that is given out; sent back, it means "as it was". */
export const HIDDEN = '***';

const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/[^/?#\\:]*:)([^/?#\\]+)(?=@)/i;
const PARAMETER = /(?<=[?&])([^=&]*(?:pass|secret|token|key|auth|sig|streamid)[^=&]*=)([^&]+)/gi;
/** The last of two or more parts of an RTMP path is the key that lets one publish. */
const STREAM_KEY = /^(rtmps?:\/\/[^/?#]+(?:\/[^/?#]+)+\/)([^/?#]+)/i;
/** Also in the midst of a sentence. */
const ANY_USER_INFO = /(\/\/[^\s/@:]*:)([^\s/]+)(?=@)/g;

/** Hides a URL's password, the values of parameters whose names speak of secrets, and an RTMP stream's key. */
export function hideInUrl(url: string, found: (secret: string) => void = () => undefined): string {
  const hide = (_: string, before: string, secret: string): string => {
    found(secret);
    return `${before}${HIDDEN}`;
  };
  return url.replace(USER_INFO, hide).replace(PARAMETER, hide).replace(STREAM_KEY, hide);
}

function hideInSource(source: InputSource): InputSource {
  const hidden = 'url' in source ? { ...source, url: hideInUrl(source.url) } : source;
  return hidden.driver === 'rtsp' && hidden.password ? { ...hidden, password: HIDDEN } : hidden;
}

/** What is wanted, fit to be given out. */
export function hideInWanted(wanted: Wanted): Wanted {
  const hide = (number: 1 | 2 | 3 | 4 | 5) => {
    const input = wanted.inputs[number];
    return { ...input, source: hideInSource(input.source) };
  };
  return {
    ...wanted,
    inputs: { 1: hide(1), 2: hide(2), 3: hide(3), 4: hide(4), 5: hide(5) },
    pushes: wanted.pushes.map((push) => ({ ...push, url: hideInUrl(push.url) })),
    sis: hideInSis(wanted.sis),
  };
}

/** Communities are passwords, and streaming presets have addresses with keys. */
function hideInSis(sis: Wanted['sis']): Wanted['sis'] {
  const streaming = Object.entries(sis.presets.streaming).map(([number, preset]) => {
    const pushes = preset.pushes.map((push) => ({ ...push, url: hideInUrl(push.url) }));
    return [number, { ...preset, pushes }];
  });
  const kept = Object.entries(sis.kept).map(([row, values]) => [row, row.startsWith('snmp.') ? {} : values]);
  return {
    ...sis,
    snmp: { ...sis.snmp, community: HIDDEN },
    presets: { ...sis.presets, streaming: Object.fromEntries(streaming) },
    kept: Object.fromEntries(kept),
  };
}

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
  const add = (secret: string): void => void secrets.add(secret);
  for (const { source } of Object.values(inputs)) {
    if ('url' in source) hideInUrl(source.url, add);
    if (source.driver === 'rtsp' && source.password) add(source.password);
  }
  for (const { url } of pushes) hideInUrl(url, add);
  const forms = [...secrets].flatMap((secret) => [secret, encodeURIComponent(secret)]);
  // The longest first: what is left of a secret after a part of it is hidden would still tell.
  return forms.filter(({ length }) => length >= SHORTEST).sort((a, b) => b.length - a.length);
}

const hideInText = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((hidden, secret) => hidden.replaceAll(secret, HIDDEN), text).replaceAll(ANY_USER_INFO, `$1${HIDDEN}`);

/**
 * What somebody sends back as it was given out, with its secrets again; undefined where a hidden secret is sent
 * that is not known (another address or user than before): then it must be written out.
 */
export function revealUrl(url: string, known: readonly string[]): string | undefined {
  return url.includes(HIDDEN) ? known.find((one) => hideInUrl(one) === url) : url;
}

/** The same for an input's source. A password stays only with the address and the user that it was for. */
export function revealSource(source: InputSource, before: InputSource): InputSource | undefined {
  if (!('url' in source)) return source;
  const url = revealUrl(source.url, 'url' in before ? [before.url] : []);
  if (url === undefined) return undefined;
  if (source.driver !== 'rtsp' || source.password !== HIDDEN) return { ...source, url };
  const same = before.driver === 'rtsp' && before.url === url && before.user === source.user;
  return same && before.password ? { ...source, url, password: before.password } : undefined;
}
