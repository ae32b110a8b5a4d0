import type { ServerResponse } from 'node:http';
import { SECURITY_HEADERS } from '../http/reply.ts';
import type { EventHub, EventType } from './event-hub.ts';

/** Headers of an event stream. */
export const EVENT_STREAM_HEADERS = {
  ...SECURITY_HEADERS,
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  // Tells a proxy not to collect data before it passes them on.
  'x-accel-buffering': 'no',
};

/** Bytes that may wait for a browser; with more it is disconnected, and connects again by itself. */
const MAX_WAITING = 1 << 20;
/** Time between comments, by which proxies and browsers see that the connection lives. */
const HEARTBEAT_MS = 15_000;

/** Writes server-sent events with numbers, and a comment now and then, until the other side ends the connection. */
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

/** Writes the hub's events, without end; `wants` selects the types. */
export function writeEvents(raw: ServerResponse, hub: EventHub, wants: (type: EventType) => boolean): void {
  const write = openEventWriter(raw);
  const leave = hub.join(({ type, data }) => {
    if (wants(type)) write(type, data);
  });
  raw.on('close', leave);
}
