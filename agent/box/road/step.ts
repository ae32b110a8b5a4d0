import type { Personality } from '#lib/sis/personality.ts';
import type { Fact } from '#agent/device/observe.ts';
import type { DeviceEvent, Request } from '#agent/device/outcome.ts';
import type { Alarm, PushWanted, Wanted } from '#agent/device/state.ts';
import type { RecordingRequest } from '#agent/recorder/recorder.ts';

/** One thing that is to be done, as a value: it can be compared, logged and carried out later. */
export type What =
  | { do: 'start recording'; request: RecordingRequest }
  | { do: 'stop recording' }
  | { do: 'pause recording' }
  | { do: 'resume recording' }
  /** The new end of the recording; undefined: it has no planned end any more. */
  | { do: 'set end'; endsAtMs: number | undefined }
  | { do: 'mark chapter'; title: string | undefined }
  /** The description of the recording that runs now has changed in the calendar. */
  | { do: 'describe recording'; metadata: Wanted['metadata'] }
  | { do: 'show scene'; wanted: Wanted }
  | { do: 'offer streams'; streams: Wanted['streams'] }
  | { do: 'send pushes'; pushes: readonly PushWanted[] }
  | { do: 'raise alarm'; alarm: Omit<Alarm, 'sinceMs'> }
  | { do: 'clear alarm'; alarm: Pick<Alarm, 'name' | 'about'> }
  | { do: 'save settings'; wanted: Wanted }
  /** The recording of this take ended by itself, and is not wanted any more. */
  | { do: 'want no recording'; take: string | undefined }
  /** A push that has to run while a recording does is switched on or off with it. */
  | { do: 'switch push'; id: string; enabled: boolean }
  | { do: 'tell listeners' };

export type Kind = What['do'];
export type WhatOf<Of extends Kind> = Extract<What, { do: Of }>;

/** A step of a plan. */
export interface Step {
  what: What;
  /** The reason for the step, in a short sentence for people; without secrets. */
  because: string;
}

/** A take that the recorder found when the box started. */
export interface LeftTake {
  id: string;
  startedAtMs: number;
  /** Whether it was being recorded when the box ended. */
  inProgress: boolean;
}

/** What a plan must know besides the states: which pushes belong to the streamers that controllers number. */
export type Rules = Pick<Personality, 'swis'>;

/** The cause of a change. */
export type Cause =
  | { by: 'boot' }
  /** The takes that the last run left are known. */
  | { by: 'recovery'; left: readonly LeftTake[]; nowMs: number }
  | { by: 'request'; request: Request; events: readonly DeviceEvent[] }
  | { by: 'fact'; fact: Fact };

/** The step in words. Values of settings are left out, since they may be secret. */
export const stepInWords = ({ what }: Step): string => [what.do, ...detailsOf(what)].join(' ');

function detailsOf(what: What): string[] {
  if ('alarm' in what) return [what.alarm.name, what.alarm.about];
  if (what.do === 'set end') return [what.endsAtMs === undefined ? 'never' : new Date(what.endsAtMs).toISOString()];
  if (what.do === 'switch push') return [what.id, what.enabled ? 'on' : 'off'];
  return what.do === 'start recording' && what.request.continueTake ? [what.request.continueTake] : [];
}
