import type { ServerResponse } from 'node:http';
import type { EventHub, EventType } from './event-hub.ts';

/** So many bytes may wait for a browser that does not read; then it is dropped, and comes back by itself. */
const MAX_WAITING = 1 << 20;
const HEARTBEAT_MS = 15_000;

/** Writes server-sent events until the other side, or the server, ends it. `wants` picks the types. */
export function writeEvents(raw: ServerResponse, hub: EventHub, wants: (type: EventType) => boolean): void {
  let id = 0;
  const write = (text: string): void => {
    if (raw.writableLength > MAX_WAITING) raw.destroy();
    else raw.write(text);
  };
  write('retry: 2000\n\n');
  const leave = hub.join(({ type, data }) => {
    if (wants(type)) write(`id: ${++id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
  });
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  raw.on('close', () => {
    clearInterval(heartbeat);
    leave();
  });
}
