import type { Log } from '#lib/runtime/log.ts';
import type { Device } from '#agent/device/device.ts';
import type { Memory } from '#agent/device/memory.ts';
import type { Session } from '#agent/device/outcome.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import type { Pushes } from '#agent/rtsp/pushes.ts';
import type { Streams } from '#agent/rtsp/streams.ts';
import type { Picture } from '../media/picture.ts';
import type { Kind, WhatOf } from './step.ts';

/**
 * A function for each kind of step, which carries it out. Throws if it cannot. The step 'tell listeners' has none:
 * `followDevice` does that.
 */
export type Hands = { [Each in Exclude<Kind, 'tell listeners'>]: (what: WhatOf<Each>) => void };

export interface HandsOptions {
  device: Device;
  recorder: Pick<Recorder, 'start' | 'stop' | 'pause' | 'resume' | 'mark' | 'endAt' | 'describeRunning'>;
  picture: Pick<Picture, 'show'>;
  streams: Pick<Streams, 'update'>;
  pushes: Pick<Pushes, 'update'>;
  memory: Pick<Memory, 'save'>;
  log: Log;
}

const BOX: Session = { id: 'box', via: 'boot', access: 'admin' };

/** Makes the functions that carry steps out in the rooms of the box. */
export function openHands(options: HandsOptions): Hands {
  const { device, recorder, picture, streams, pushes, memory, log } = options;
  return {
    'start recording': ({ request }) => startRecording(options, request),
    'stop recording': () => void recorder.stop().catch((error: unknown) => log.error({ error }, 'stop')),
    'pause recording': () => void recorder.pause(),
    'resume recording': () => void recorder.resume(),
    'set end': ({ endsAtMs }) => void recorder.endAt(endsAtMs),
    'mark chapter': ({ title }) => void recorder.mark(title),
    'describe recording': ({ metadata }) => void recorder.describeRunning(metadata),
    'show scene': ({ wanted }) => picture.show(wanted),
    'offer streams': ({ streams: wanted }) => streams.update(wanted),
    'send pushes': ({ pushes: wanted }) => pushes.update(wanted),
    'raise alarm': ({ alarm }) => device.observe({ fact: 'alarm', raise: alarm }),
    'clear alarm': ({ alarm }) => device.observe({ fact: 'alarm', clear: alarm }),
    'save settings': ({ wanted }) => void memory.save(wanted),
    'want no recording': ({ take }) => {
      // The take is compared, since another recording may have begun meanwhile.
      if (device.state().wanted.recording.take === take) wantNoRecording(device);
    },
    'switch push': ({ id, enabled }) => {
      // A push is not switched on if the recording ended already, because the recorder could not begin.
      if (enabled !== (device.state().wanted.recording.state !== 'stopped')) return;
      device.request({ name: 'push.enable', params: { id, enabled }, session: BOX });
    },
  };
}

const wantNoRecording = (device: Device): void =>
  void device.request({ name: 'record.stop', params: {}, session: BOX });

/** Starts the recorder. If it cannot begin, raises an alarm, asks the device for no recording, and throws. */
function startRecording(options: HandsOptions, request: WhatOf<'start recording'>['request']): void {
  const { device, recorder, log } = options;
  try {
    const { started } = recorder.start(request);
    started.catch((error: unknown) => log.error({ error }, 'the recording did not begin'));
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    device.observe({ fact: 'alarm', raise: { name: 'record_halt', about: 'recorder', level: 'critical', text } });
    wantNoRecording(device);
    throw error;
  }
}
