import type { ServerResponse } from 'node:http';
import type { PreviewSink } from '../views/sources.ts';

/** More than this waiting, and fragments are left out… */
const FULL = 512 << 10;
/** …until a key picture comes and no more than this waits. */
const ROOM = 64 << 10;
/** Whoever takes nothing at all for so long is gone. */
const STUCK_MS = 20_000;

/** Writes a live stream to a browser, never waiting for it: a slow one loses pictures up to the next key picture. */
export function writePreview(raw: ServerResponse, headers: Record<string, string>): PreviewSink {
  let leftOut = false;
  let stuck: NodeJS.Timeout | undefined;
  const free = (): void => {
    clearTimeout(stuck);
    stuck = undefined;
  };
  raw.on('close', free);
  return {
    begin(mime, init) {
      if (raw.destroyed) return;
      raw.writeHead(200, { ...headers, 'content-type': mime, 'cache-control': 'no-store' });
      raw.write(init);
    },
    fragment(bytes, key) {
      if (raw.destroyed || raw.writableEnded) return;
      if (leftOut && key && raw.writableLength <= ROOM) leftOut = false;
      if (raw.writableLength > FULL) leftOut = true;
      if (leftOut) return void (stuck ??= setTimeout(() => raw.destroy(), STUCK_MS));
      free();
      raw.write(bytes);
    },
    end: () => void raw.end(),
  };
}
