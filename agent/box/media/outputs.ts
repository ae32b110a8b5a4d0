import type { Ffmpeg } from '#lib/ffmpeg/ffmpeg.ts';
import { realClock } from '#lib/runtime/clock.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { RtspServer } from '#lib/rtsp/server/server.ts';
import type { Device } from '#agent/device/device.ts';
import type { Engine } from '#agent/media/engine.ts';
import { openPushes, type Pushes } from '#agent/rtsp/pushes.ts';
import { openStreams, type Streams } from '#agent/rtsp/streams.ts';
import { tellPush } from './alarms.ts';

/** What the RTSP server offers of the engine's rings; nothing, until it is told. */
export function openBoxStreams(rtsp: RtspServer, { rings }: Engine, log: Log, scope: Scope): Streams {
  const streams = openStreams(rtsp, rings, log);
  scope.defer(() => streams.close());
  return streams;
}

/** What is pushed of the engine's rings; nothing, until it is told. How each push is becomes state. */
export function openBoxPushes(device: Device, { rings }: Engine, ffmpeg: Ffmpeg, log: Log, scope: Scope): Pushes {
  const pushes = openPushes(
    ({ id, stream }) => ({
      ffmpeg: ffmpeg.ffmpeg,
      clock: realClock,
      log: log.child({ push: id }),
      ring: rings[stream],
    }),
    (id, seen) => tellPush(device, id, seen),
    () => realClock.nowMs(),
  );
  scope.defer(() => pushes.close());
  return pushes;
}
