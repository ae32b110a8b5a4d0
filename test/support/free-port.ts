import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

/**
 * An address of the loopback that is this process's alone: a port that is free there stays free, since other tests bind and connect
 * from 127.0.0.1.
 */
export const OWN_LOOPBACK = `127.${64 + ((process.pid >> 16) & 63)}.${(process.pid >> 8) & 255}.${process.pid & 255}`;

/** A port of the loopback that nobody has at this moment; for programs that cannot choose one themselves. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
