import type { Landing } from '#lib/runtime/processes/socket-pair.ts';

/** Puts bytes where they belong, as a socket does that reads into a landing. */
export function write(landing: Landing, bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    const room = landing.room();
    const count = Math.min(room.length, bytes.length - at);
    room.set(bytes.subarray(at, at + count));
    at += count;
    landing.landed(count);
  }
}
