import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** The address 127.0.0.1 as Linux writes it in its table of connections. */
const LOOPBACK = '0100007F';

/**
 * Whether the other end of a loopback connection belongs to our own user, by Linux' table of connections. True if that
 * cannot be known, as on other systems.
 */
export async function isOwnClient({ remotePort = 0 }: Socket): Promise<boolean> {
  const uid = process.getuid?.();
  const table = await readFile('/proc/net/tcp', 'utf8').catch(() => '');
  const owner = ownerIn(table, remotePort);
  return owner === undefined || uid === undefined || owner === uid || owner === 0;
}

/** The user id of the program that has a port of loopback, by the text of `/proc/net/tcp`; undefined if none has. */
export function ownerIn(table: string, port: number): number | undefined {
  const at = table.indexOf(`: ${LOOPBACK}:${port.toString(16).toUpperCase().padStart(4, '0')} `);
  if (at === -1) return undefined;
  // The user id is the sixth field after the local address: remote address, state, queues, timer, retransmits, user.
  const uid = table
    .slice(at + 2, at + 200)
    .split('\n')[0]
    ?.trim()
    .split(/\s+/)[6];
  return uid === undefined || !/^\d+$/.test(uid) ? undefined : Number(uid);
}
