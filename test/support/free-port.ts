import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/**
 * A loopback address that only this process uses: a port that is free there stays free, since other tests bind and
 * connect from 127.0.0.1.
 */
export const OWN_LOOPBACK = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/**
 * Range of the ports. Linux gives numbers from 32768 on for port 0 and for the near ends of connections, so nobody gets
 * a lower one by chance.
 */
const FROM = 20_000;
const TO = 32_000;
const given = new Set<number>();

/**
 * A free port of the loopback, for TCP and UDP, each time another one; for programs that cannot choose one themselves.
 */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(createServer(), port, host)) && (await isFree(createSocket('udp4'), port, host))) return port;
  }
}

/** Whether a socket can be bound to the port; it is closed again. */
async function isFree(
  socket: ReturnType<typeof createServer> | ReturnType<typeof createSocket>,
  port: number,
  host: string,
): Promise<boolean> {
  const opened = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  if ('listen' in socket) socket.listen(port, host);
  else socket.bind(port, host);
  if (!(await opened)) return false;
  socket.close();
  await once(socket, 'close');
  return true;
}
