import type { EncoderWanted } from '#agent/device/state.ts';
import type { Compositor } from './compositor.ts';
import type { Encoder, EncoderSeen } from '../encoders/encoder.ts';
import type { Picture } from './i420.ts';
import type { PictureMemory } from './picture-memory.ts';
import { openPicturePool } from './picture-pool.ts';

/** The second, small stream: the same frames, scaled down before they go to an encoder of their own. */
export interface Confidence {
  feed(programFrame: number, picture: Picture, sound: Buffer): void;
  seen(): EncoderSeen;
  close(): Promise<void>;
}

/** What the small stream needs. */
export interface ConfidenceSettings {
  memory: PictureMemory;
  compositor: Compositor;
  /** Encoder settings; the frame rate is at most the programme's. */
  wanted: EncoderWanted;
  programFps: number;
  encoder: Encoder;
}

/** Pictures that may wait for the encoder; beyond them frames are left out. */
const POOL = 28;

/** Opens the small stream. */
export function openConfidence(settings: ConfidenceSettings): Confidence {
  const { wanted, programFps, compositor, encoder } = settings;
  const { widthPx, heightPx, fps, gopFrames } = wanted;
  const pool = openPicturePool(settings.memory, { widthPx, heightPx }, POOL);
  let last = -1;
  /** Frames for which no picture was free, and the one that may still get one. */
  let [dropped, refused] = [0, -1];
  let sounds: Buffer[] = [];
  return {
    feed(programFrame, picture, sound) {
      sounds.push(sound);
      const frame = Math.floor((programFrame * fps) / programFps + 1e-6);
      if (frame === last) return;
      if (refused >= 0 && refused !== frame) dropped++;
      const small = pool.take();
      refused = small ? -1 : frame;
      if (!small) return;
      last = frame;
      compositor.resize(picture, small);
      const key = frame % gopFrames === 0;
      const { bytes, done } = pool.send(small);
      encoder.feed({ frame, key, picture: bytes, sound: Buffer.concat(sounds), done });
      sounds = [];
    },
    seen() {
      const seen = encoder.seen();
      return { ...seen, dropped: seen.dropped + dropped };
    },
    async close() {
      await encoder.close();
      pool.close();
    },
  };
}
