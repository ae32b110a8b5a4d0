import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../http/reply.ts';
import type { EventHub, EventType } from './event-hub.ts';

export const EVENT_STREAM_HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // A proxy in between must not wait until it has much to pass on.
  'x-accel-buffering': 'no',
};

/** So many bytes may wait for a browser that does not read; then it is dropped, and comes back by itself. */
const MAX_WAITING = 1 << 20;
const HEARTBEAT_MS = 15_000;

/** Writes server-sent events, each with a number, and a comment now and then, until the other side ends it. */
export function openEventWriter(raw: ServerResponse): (type: string, data: unknown) => void {
  let id = 0;
  const write = (text: string): void => {
    if (raw.writableLength > MAX_WAITING) raw.destroy();
    else raw.write(text);
  };
  write('retry: 2000\n\n');
  const heartbeat = setInterval(() => write(': still here\n\n'), HEARTBEAT_MS);
  raw.on('close', () => clearInterval(heartbeat));
  return (type, data) => write(`id: ${++id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`);
}

/** Writes what the hub tells, without end; `wants` picks the types. */
export function writeEvents(raw: ServerResponse, hub: EventHub, wants: (type: EventType) => boolean): void {
  const write = openEventWriter(raw);
  const leave = hub.join(({ type, data }) => {
    if (wants(type)) write(type, data);
  });
  raw.on('close', leave);
}
