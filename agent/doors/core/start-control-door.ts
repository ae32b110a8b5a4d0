import type { RecordingNews } from '#agent/box/media/recording-news.ts';
import type { OpenedSchedule } from '#agent/box/schedule/schedule.ts';
import type { Picture } from '#agent/box/media/picture.ts';
import type { Device } from '#agent/device/device.ts';
import { z } from 'zod';
import type { Listening } from '#agent/box/control/listening.ts';
import type { StepLog } from '#agent/box/road/step-log.ts';
import type { EncoderChoice } from '#lib/ffmpeg/encoder-choice.ts';
import type { Engine } from '#agent/media/engine.ts';
import type { Recorder } from '#agent/recorder/recorder.ts';
import type { StreamName } from '#agent/device/state.ts';
import type { EncoderFacts } from '#agent/web/views/sources.ts';
import type { Log, LogLines } from '#lib/runtime/log.ts';
import type { Peer } from '#lib/runtime/processes/peer.ts';
import type { Offer } from '#lib/runtime/processes/supervised.ts';
import type { Scope } from '#lib/runtime/scope.ts';
import type { Beginning, BoxCalls, ControlCalls, ControlIntroduction, ControlTold, PictureCalls } from '../calls.ts';
import { startDoorProcess } from './door-process.ts';
import { offerPackets } from './packets.ts';
import { offerRecordings } from './recordings.ts';
import { offerSchedule } from './schedule.ts';
import { offerBeginning, offerState } from './state.ts';

export interface ControlDoorParts {
  device: Device;
  engine: Engine;
  choice: EncoderChoice;
  recorder: Recorder;
  recordingNews: RecordingNews;
  schedule: OpenedSchedule;
  road: Pick<StepLog, 'last'>;
  picture: Pick<Picture, 'filesChanged'>;
  listening: Listening;
  rtspPort: Promise<number>;
  onRestart: () => void;
  beginning: Beginning;
  log: Log;
  lines: LogLines;
}

const portsShape = z.record(z.string().max(20), z.int().min(0).max(65_535));
const ENCODERS_MS = 1000;
const [NARROWEST_PX, WIDEST_PX] = [16, 3840];

/** Starts control and web in a process of their own. Resolves when they can be reached for the first time. */
export function startControlDoor(parts: ControlDoorParts, scope: Scope): Promise<ControlIntroduction> {
  const { device, engine, recorder, recordingNews, beginning, listening, log, lines } = parts;
  const { promise, resolve } = Promise.withResolvers<ControlIntroduction>();
  const serve = (peer: Peer<ControlTold>): Offer<ControlCalls> => {
    const begin = offerBeginning(device, beginning, listening);
    const state = offerState(device, peer);
    const packets = offerPackets(engine.rings, peer);
    const recordings = offerRecordings(recorder, recordingNews, peer);
    const schedule = offerSchedule(parts.schedule);
    const stopEncoders = tellEncoders(parts, peer);
    return {
      handlers: {
        ...begin.handlers,
        ...state.handlers,
        ...packets.handlers,
        ...recordings.handlers,
        ...schedule.handlers,
        ...pictureCalls(engine),
        ...boxCalls(parts, resolve),
        steps: () => parts.road.last(),
      },
      end() {
        for (const one of [state, packets, recordings]) one.end();
        stopEncoders();
      },
    };
  };
  startDoorProcess({ name: 'control', heapMB: 192, niceness: 5, serve, device, log, lines }, scope);
  return promise;
}

function pictureCalls(engine: Engine): Offer<PictureCalls>['handlers'] {
  return {
    now: () => engine.now(),
    async snapshot(of, widthPx) {
      if (!['output', 'A', 'B'].includes(of)) throw new Error('there is no such picture');
      return engine.snapshot(of, Math.min(WIDEST_PX, Math.max(NARROWEST_PX, Math.round(widthPx))));
    },
  };
}

function boxCalls(parts: ControlDoorParts, introduced: (to: ControlIntroduction) => void): Offer<BoxCalls>['handlers'] {
  const { device, picture, listening, onRestart } = parts;
  return {
    ports: (ports) => listening.tell(portsShape.parse(ports)),
    introduce: (introduction) => introduced(introduction),
    rtspPort: () => parts.rtspPort,
    overlaysChanged: () => picture.filesChanged(),
    restart() {
      // The recording is checked again: one may have begun since the door asked for the restart.
      if (device.state().wanted.recording.state === 'stopped') onRestart();
    },
  };
}

function tellEncoders({ engine, choice }: ControlDoorParts, peer: Peer<ControlTold>): () => void {
  let told = '';
  const tell = (): void => {
    const facts = encoderFacts(engine, choice);
    const text = JSON.stringify(facts);
    if (text === told || peer.waitingBytes() > 0) return;
    told = text;
    peer.tell('encoders', facts);
  };
  tell();
  const timer = setInterval(tell, ENCODERS_MS);
  return () => clearInterval(timer);
}

function encoderFacts(engine: Engine, { reason }: EncoderChoice): Partial<Record<StreamName, EncoderFacts>> {
  const { archive, ...others } = engine.seen().encoders;
  return { ...(archive ? { archive: { ...archive, reason } } : {}), ...others };
}
