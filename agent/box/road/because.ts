import type { Fact } from '#agent/device/observe.ts';
import type { Request, Session } from '#agent/device/outcome.ts';
import { requests } from '#agent/device/requests.ts';
import type { DeviceState } from '#agent/device/state.ts';
import type { Cause } from './step.ts';

const BY: Record<Session['via'], (id: string) => string> = {
  telnet: (id) => `${id} asked over Telnet`,
  ssh: (id) => `${id} asked over SSH`,
  serial: () => 'the serial line asked',
  http: (id) => `${id} asked over HTTP`,
  panel: (id) => `the tablet asked (${id})`,
  schedule: () => 'the timetable asked',
  boot: (id) => (id === 'box' ? 'the box itself asked' : `the box itself asked (${id})`),
};

/**
 * The reason for a step, in a sentence for people. It says who asked for what, or what changed; never the value of a
 * setting, which may be secret.
 */
export function becauseOf(cause: Cause, before: DeviceState | undefined, after: DeviceState): string {
  switch (cause.by) {
    case 'boot':
      return 'the box started';
    case 'recovery':
      return recoveryInWords(cause, after);
    case 'request':
      return requestInWords(cause.request);
    case 'fact':
      return factInWords(cause.fact, before);
  }
}

const requestInWords = ({ name, session }: Request): string =>
  `${BY[session.via](session.id)}: ${requests[name].summary} (${name})`;

function recoveryInWords({ nowMs }: Extract<Cause, { by: 'recovery' }>, { wanted }: DeviceState): string {
  const { state, endsAtMs } = wanted.recording;
  if (state === 'stopped') return 'what the last run left is in order';
  const isOver = endsAtMs !== undefined && endsAtMs <= nowMs;
  return isOver ? 'the end of the recording passed while the box was away' : 'a recording was interrupted: it goes on';
}

function factInWords(fact: Fact, before: DeviceState | undefined): string {
  switch (fact.fact) {
    case 'input': {
      const was = before?.seen.inputs[fact.number].status;
      const is = fact.seen.status;
      return was === is || was === undefined
        ? `input ${fact.number} is ${is}`
        : `input ${fact.number} changed from ${was} to ${is}`;
    }
    case 'recording':
      return `the recorder changed to ${fact.seen.state}`;
    case 'push':
      return `push ${fact.id} is ${fact.seen?.status ?? 'gone'}`;
    case 'alarm':
      return 'raise' in fact ? `the alarm ${fact.raise.name} was raised` : `the alarm ${fact.clear.name} was cleared`;
    case 'disk':
    case 'frames':
    case 'meters':
    case 'recordings':
    case 'streams':
      return `${fact.fact} changed`;
  }
}
