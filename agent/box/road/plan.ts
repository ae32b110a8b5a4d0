import { isDeepStrictEqual } from 'node:util';
import { metadataOf } from '#agent/device/metadata.ts';
import type { DeviceState } from '#agent/device/state.ts';
import { becauseOf } from './because.ts';
import { lossSteps, missingDisks } from './losses.ts';
import { outputSteps, pushesWithRecording } from './streaming.ts';
import { endedSteps, recordingSteps, recoverySteps } from './recording.ts';
import { sceneSteps } from './scene.ts';
import type { Cause, Kind, Rules, Step, What } from './step.ts';

/**
 * The order in which steps are carried out. Steps of the recording come first, so that they act on the frame that is
 * current now. Steps that make requests to the device come late: each is a change of its own, which is followed after
 * this one. Listeners are told last, when the change has been carried out.
 */
export const ORDER = [
  'stop recording',
  'start recording',
  'pause recording',
  'resume recording',
  'set end',
  'mark chapter',
  'describe recording',
  'show scene',
  'offer streams',
  'send pushes',
  'clear alarm',
  'raise alarm',
  'save settings',
  'want no recording',
  'switch push',
  'tell listeners',
] as const satisfies readonly Kind[];

/**
 * The steps that bring the box to what is wanted after a change, in the stated order; pure. What is already as wanted
 * has no step. `before` is undefined when the box starts: nothing has been done then, and whether a recording goes on
 * is decided by the recovery.
 */
export function plan(before: DeviceState | undefined, after: DeviceState, cause: Cause, rules: Rules): Step[] {
  const because = becauseOf(cause, before, after);
  const whats: What[] = [
    ...recordingSteps(before, after),
    ...marksOf(cause),
    ...descriptionSteps(before, after, cause),
    ...sceneSteps(before, after),
    ...outputSteps(before, after),
    ...lossSteps(before, after),
    ...missingDisks(before, after),
    ...savedSteps(before, after),
    ...endedSteps(before, after),
    ...pushesWithRecording(before, after, rules),
  ];
  if (cause.by === 'recovery') whats.push(...recoverySteps(after, cause.left, cause.nowMs));
  whats.push({ do: 'tell listeners' });
  return whats
    .map((what) => ({ what, because }))
    .toSorted((one, other) => ORDER.indexOf(one.what.do) - ORDER.indexOf(other.what.do));
}

const marksOf = (cause: Cause): What[] =>
  cause.by === 'request' ? cause.events.map(({ title }) => ({ do: 'mark chapter', title })) : [];

/**
 * Steps after the timetable has changed the description of the recording that runs: manifest and files get it too, not
 * only the titles in the picture.
 */
function descriptionSteps(before: DeviceState | undefined, { wanted }: DeviceState, cause: Cause): What[] {
  const { recording } = wanted;
  if (!before || cause.by !== 'request' || cause.request.session.via !== 'schedule') return [];
  const isSame = before.wanted.recording.take === recording.take && before.wanted.recording.state !== 'stopped';
  const metadata = metadataOf(wanted);
  if (
    isDeepStrictEqual(metadataOf(before.wanted), metadata) ||
    !isSame ||
    !recording.timetable ||
    recording.state === 'stopped'
  )
    return [];
  return [{ do: 'describe recording', metadata }];
}

const savedSteps = (before: DeviceState | undefined, { wanted }: DeviceState): What[] =>
  before?.wanted === wanted ? [] : [{ do: 'save settings', wanted }];
