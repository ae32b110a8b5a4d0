import type { Listening } from '#agent/box/control/listening.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { isRequestName, parseParams } from '#agent/device/apply.ts';
import type { Change, Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { patchBetween } from '#lib/runtime/patch.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { AlarmFact, BeginCalls, Beginning, News, StateCalls, StateTold } from '../calls.ts';

/** So much may wait for a door. Beyond it the state is told as one change when the door takes again, and packets are left out. */
export const MOST_WAITING_BYTES = 2 << 20;
/** What changes many times a second is told so often; so is what was held back. */
const TELL_MS = 200;
/** Alarms that doors may raise, beside those of the core. */
const MOST_ALARMS = 200;
const LONGEST_TEXT = 2000;
const NOTHING: News = { events: [] };

/** The state of the device, and requests to it. Tells a door what it missed, not all that happened, when it was behind. */
export function offerState(device: Device, peer: Peer<StateTold>): Offer<StateCalls> {
  const telling = openTelling(device, peer);
  return {
    handlers: {
      listen: () => telling.begin(),
      request: (name, params, session) => requestOf(device, name, params, session),
    },
    end: () => telling.end(),
  };
}

/** What every door begins with, and its alarms. One that begins again listens where it did before. */
export function offerBeginning(
  device: Device,
  beginning: Beginning,
  listening: Pick<Listening, 'portOf'>,
): Offer<BeginCalls> {
  const begin = (): Beginning => ({ ...beginning, config: withPorts(beginning.config, listening) });
  return {
    handlers: { begin, alarm: (fact) => observeAlarm(device, fact) },
    end: () => undefined,
  };
}

const SERVICES = ['http', 'https', 'rtsp', 'telnet', 'ssh', 'sftp', 'ftp', 'snmp'] as const;

/** Any free port (0) is the one that was free the first time. */
function withPorts(config: Config, listening: Pick<Listening, 'portOf'>): Config {
  const known = SERVICES.filter((name) => config[name].port === 0 && listening.portOf(name));
  return {
    ...config,
    ...Object.fromEntries(known.map((name) => [name, { ...config[name], port: listening.portOf(name) }])),
  };
}

interface Telling {
  begin(): void;
  end(): void;
}

function openTelling(device: Device, peer: Peer<StateTold>): Telling {
  let told: DeviceState | undefined;
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => undefined;

  const tell = (news: News, state = device.state()): void => {
    if (peer.waitingBytes() > MOST_WAITING_BYTES) return soon();
    clearTimeout(timer);
    timer = undefined;
    const patch = patchBetween(told, state);
    told = state;
    if (patch || news.events.length > 0) peer.tell('state', patch, news);
  };
  const soon = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      tell(NOTHING);
    }, TELL_MS);
  };
  const onChange = ({ state, fact, request, events }: Change): void => {
    if (fact?.fact === 'meters') return soon();
    tell(request ? { events, request } : { events }, state);
  };
  return {
    begin() {
      leave();
      told = undefined;
      tell(NOTHING);
      leave = device.subscribe(onChange);
    },
    end() {
      leave();
      clearTimeout(timer);
    },
  };
}

/** What comes from a door is checked as if it came from anybody. */
function requestOf(device: Device, name: string, params: unknown, session: Session) {
  if (!isRequestName(name)) throw new Error('there is no such request');
  const checked = parseParams(name, params);
  if ('code' in checked) return { events: [], refusal: checked };
  const { id, via, access } = session;
  const by: Session = { id: String(id).slice(0, 100), via, access: access === 'admin' ? 'admin' : 'user' };
  const { events, refusal } = device.request({ name, params: checked.params, session: by });
  return refusal ? { events, refusal } : { events };
}

function observeAlarm(device: Device, fact: AlarmFact): void {
  if ('clear' in fact) {
    const { name, about } = fact.clear;
    return device.observe({ fact: 'alarm', clear: { name, about } });
  }
  const { name, about, level, text } = fact.raise;
  const isNew = !device.state().seen.alarms.some((one) => one.name === name && one.about === about);
  if (isNew && device.state().seen.alarms.length >= MOST_ALARMS) throw new Error('there are too many alarms');
  const cut = (words: string): string => String(words).slice(0, LONGEST_TEXT);
  device.observe({ fact: 'alarm', raise: { name, about: cut(about), level, text: cut(text) } });
}
