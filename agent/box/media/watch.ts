import type { Scope } from '#lib/runtime/scope.ts';
import type { Device } from '#agent/device/device.ts';
import type { StreamName } from '#agent/device/state.ts';
import type { EncoderChoice } from '#lib/ffmpeg/encoder-choice.ts';
import type { Engine } from '#agent/media/engine.ts';
import type { Streams } from '#agent/rtsp/streams.ts';
import { openSoundWatch } from './alarms.ts';
import { openCpuWatch } from './cpu-watch.ts';

const METERS_MS = 100;
const COUNTS_MS = 1000;

/** Parts that `watchBox` reads. */
export interface Watched {
  device: Device;
  engine: Engine;
  streams: Pick<Streams, 'players'>;
  choice: EncoderChoice;
}

/**
 * Watches what changes without being asked for: sound levels ten times a second; frame counts, players and bit rates
 * each second.
 */
export function watchBox({ device, engine, streams, choice }: Watched, scope: Scope): void {
  const watchSound = openSoundWatch(device);
  const watchCpu = openCpuWatch(device);
  const meters = setInterval(() => {
    device.observe({ fact: 'meters', seen: engine.levels() });
    watchSound(performance.now());
  }, METERS_MS);
  const counts = setInterval(() => {
    const { frames, encoders } = engine.seen();
    const players = streams.players();
    const streamOf = (name: StreamName) => ({
      players: players[name],
      kbps: encoders[name]?.kbps ?? 0,
      encoder: name === 'archive' ? `${choice.family}: ${choice.reason}` : (encoders[name]?.family ?? 'off'),
    });
    device.observe({ fact: 'frames', seen: frames });
    watchCpu(performance.now());
    const seen = {
      archive: streamOf('archive'),
      'archive-b': streamOf('archive-b'),
      confidence: streamOf('confidence'),
    };
    device.observe({ fact: 'streams', seen });
  }, COUNTS_MS);
  scope.defer(() => clearInterval(meters));
  scope.defer(() => clearInterval(counts));
}
