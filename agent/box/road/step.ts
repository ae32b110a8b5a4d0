import type { Personality } from '#lib/sis/personality.ts';
import type { Fact } from '#agent/device/observe.ts';
import type { DeviceEvent, Request } from '#agent/device/outcome.ts';
import type { Alarm, PushWanted, Wanted } from '#agent/device/state.ts';
import type { RecordingRequest } from '#agent/recorder/recorder.ts';

/** One thing that is to be done. A value: it can be compared, logged and carried out later. */
export type What =
  | { do: 'start recording'; request: RecordingRequest }
  | { do: 'stop recording' }
  | { do: 'pause recording' }
  | { do: 'resume recording' }
  /** Undefined: it has no end any more. */
  | { do: 'set end'; endsAtMs: number | undefined }
  | { do: 'mark chapter'; title: string | undefined }
  /** The calendar says something else of what is recorded now. */
  | { do: 'describe recording'; metadata: Wanted['metadata'] }
  | { do: 'show scene'; wanted: Wanted }
  | { do: 'offer streams'; streams: Wanted['streams'] }
  | { do: 'send pushes'; pushes: readonly PushWanted[] }
  | { do: 'raise alarm'; alarm: Omit<Alarm, 'sinceMs'> }
  | { do: 'clear alarm'; alarm: Pick<Alarm, 'name' | 'about'> }
  | { do: 'save settings'; wanted: Wanted }
  /** The recording came to its end by itself: that one is not wanted any more. */
  | { do: 'want no recording'; take: string | undefined }
  /** A push that is to run while a recording does begins or ends with it. */
  | { do: 'switch push'; id: string; enabled: boolean }
  | { do: 'tell listeners' };

export type Kind = What['do'];
export type WhatOf<Of extends Kind> = Extract<What, { do: Of }>;

export interface Step {
  what: What;
  /** Why, in a short sentence for people; without secrets. */
  because: string;
}

/** A take that the recorder found when the box started. */
export interface LeftTake {
  id: string;
  startedAtMs: number;
  /** Whether it was being recorded when the box ended. */
  inProgress: boolean;
}

/** What a plan must know beside the states: which pushes are the streamers of controllers. */
export type Rules = Pick<Personality, 'swis'>;

/** What made the change. */
export type Cause =
  | { by: 'boot' }
  /** What the last run left is known. */
  | { by: 'recovery'; left: readonly LeftTake[]; nowMs: number }
  | { by: 'request'; request: Request; events: readonly DeviceEvent[] }
  | { by: 'fact'; fact: Fact };

/** The step in words, without secrets: what settings hold is not said. */
export const stepInWords = ({ what }: Step): string => [what.do, ...detailsOf(what)].join(' ');

function detailsOf(what: What): string[] {
  if ('alarm' in what) return [what.alarm.name, what.alarm.about];
  if (what.do === 'set end') return [what.endsAtMs === undefined ? 'never' : new Date(what.endsAtMs).toISOString()];
  if (what.do === 'switch push') return [what.id, what.enabled ? 'on' : 'off'];
  return what.do === 'start recording' && what.request.continueTake ? [what.request.continueTake] : [];
}
