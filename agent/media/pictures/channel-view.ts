import type { Size } from '#lib/media/geometry.ts';
import { bytesOf, type Picture } from './i420.ts';
import type { Input, InputFrame } from '../inputs/input.ts';
import type { PictureMemory } from './picture-memory.ts';

/** What a channel shows at one tick. */
export type ChannelFrame =
  | { kind: 'live'; frame: InputFrame }
  /** The last picture of a source that is lost. */
  | { kind: 'held'; picture: Picture; native: Size }
  | { kind: 'slate' };

/** Decides for one channel between the live picture, the last one and the slate. */
export interface ChannelView {
  /**
   * The picture of the next tick. `input` is the wanted one, `before` the one that is shown until `input` has a
   * picture.
   */
  next(input: Input | undefined, before: Input | undefined, nowMs: number, holdMs: number): ChannelFrame;
  close(): void;
}

/** Makes the view of a channel. */
export function openChannelView(memory: PictureMemory, size: Size): ChannelView {
  const bytes = bytesOf(size);
  const address = memory.allocate(bytes);
  let still: Picture = { address, ...size };
  let last: { frame: InputFrame; atMs: number } | undefined;
  let kept = false;

  /** Copies the picture, since the memory of its source will be freed. */
  const keep = ({ picture }: InputFrame): void => {
    if (kept) return;
    still = { ...picture, address };
    memory.bytes.copy(memory.bytes, address, picture.address, picture.address + bytesOf(picture));
    kept = true;
  };

  return {
    next(input, before, nowMs, holdMs) {
      const frame = input?.next(nowMs) ?? before?.next(nowMs);
      if (frame) {
        last = { frame, atMs: nowMs };
        kept = false;
        return { kind: 'live', frame };
      }
      if (!last || nowMs - last.atMs > holdMs) {
        last = undefined;
        return { kind: 'slate' };
      }
      keep(last.frame);
      return { kind: 'held', picture: still, native: last.frame.native };
    },
    close: () => memory.release(address, bytes),
  };
}
