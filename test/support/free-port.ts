import { once } from 'node:events';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';

/** Linux gives port 0, and the near ends of connections, numbers from 32768 on: of those below, nobody gets one by chance. */
const FROM = 20_000;
const TO = 32_000;
const given = new Set<number>();

/** A port of the loopback that nobody has, by TCP or UDP, each time another one; for programs that cannot choose one themselves. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (TO - FROM));
    if (given.has(port)) continue;
    given.add(port);
    if ((await isFree(createServer(), port)) && (await isFree(createSocket('udp4'), port))) return port;
  }
}

/** Whether a socket can have the port; it is closed again. */
async function isFree(
  socket: ReturnType<typeof createServer> | ReturnType<typeof createSocket>,
  port: number,
): Promise<boolean> {
  const opened = once(socket, 'listening').then(
    () => true,
    () => false,
  );
  if ('listen' in socket) socket.listen(port, '127.0.0.1');
  else socket.bind(port, '127.0.0.1');
  if (!(await opened)) return false;
  socket.close();
  await once(socket, 'close');
  return true;
}
