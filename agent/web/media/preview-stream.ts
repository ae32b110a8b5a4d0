import type { ServerResponse } from 'node:http';
import type { PreviewSink } from '../views/sources.ts';

/** Bytes that may wait for a browser; with more, fragments are left out. */
const FULL = 512 << 10;
/** Bytes below which, at a key picture, fragments are sent again. */
const ROOM = 64 << 10;
/** Time for which fragments may be left out; then the browser counts as gone and is disconnected. */
const STUCK_MS = 20_000;

/** Writes a live stream to a browser without waiting for it: a slow one loses pictures up to a key picture. */
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
