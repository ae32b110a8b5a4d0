import { z } from 'zod';
import type { Listening } from '#agent/box/control/listening.ts';
import type { Config } from '#firmware-config/schema/config.ts';
import { isRequestName, parseParams } from '#agent/device/apply.ts';
import type { Change, Device } from '#agent/device/device.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { patchBetween } from '#lib/runtime/patch.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { AlarmFact } from '#agent/device/observe.ts';
import type { BeginCalls, Beginning, News, StateCalls, StateTold } from '../calls.ts';

/**
 * Bytes that may wait for a door. Beyond it the door gets the state as one change when it reads again, and packets are
 * left out.
 */
export const MOST_WAITING_BYTES = 2 << 20;
/** Interval in ms in which sound levels are told, which change many times a second; so is a state that had to wait. */
const TELL_MS = 200;
/** Number of alarms up to which a door may raise new ones; further ones are refused. */
const MOST_ALARMS = 200;
/** Characters of the text of a door's alarm; the rest is cut. */
const LONGEST_TEXT = 2000;
const sessionShape = z.object({
  id: z.string().max(200),
  via: z.enum(['telnet', 'ssh', 'serial', 'http', 'schedule', 'panel', 'boot']),
  access: z.enum(['user', 'admin']),
});
const alarmName = z.object({ name: z.string().max(50), about: z.string().max(200) });
const alarmText = z.string().transform((text) => text.slice(0, LONGEST_TEXT).toWellFormed());
const raisedAlarm = alarmName.extend({ level: z.enum(['info', 'warning', 'critical', 'emergency']), text: alarmText });
const alarmShape = z.union([
  z.object({ fact: z.literal('alarm'), raise: raisedAlarm }),
  z.object({ fact: z.literal('alarm'), clear: alarmName }),
]);
const NOTHING: News = { events: [] };

/**
 * Offers the state of the device to a door, and carries out its requests. A door that was too slow gets the difference
 * to what it knows, not each change.
 */
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

/**
 * Offers what every door needs at its start, and takes its alarms. A door that starts again gets the ports that it had
 * before.
 */
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

/** The configuration for a door: port 0 (any free port) is replaced by the port that was free the first time. */
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

/**
 * Carries out a request from a door. Name, parameters and session are checked, since a door is as little trusted as any
 * client.
 */
function requestOf(device: Device, name: string, params: unknown, session: Session) {
  if (!isRequestName(name)) throw new Error('there is no such request');
  const checked = parseParams(name, params);
  if ('code' in checked) return { events: [], refusal: checked };
  const by = sessionShape.parse(session);
  const { events, refusal } = device.request({ name, params: checked.params, session: by });
  return refusal ? { events, refusal } : { events };
}

function observeAlarm(device: Device, given: AlarmFact): void {
  const fact = alarmShape.parse(given) as AlarmFact;
  if ('clear' in fact) return device.observe(fact);
  const { name, about } = fact.raise;
  const { alarms } = device.state().seen;
  const isNew = !alarms.some((one) => one.name === name && one.about === about);
  if (isNew && alarms.length >= MOST_ALARMS) throw new Error('there are too many alarms');
  device.observe(fact);
}
