import { readFile } from 'node:fs/promises';
import type { InTime } from './pace.ts';

/**
 * Number of datagrams that this machine has dropped since it started, because nobody read or sent them in time
 * (`/proc/net/snmp`).
 */
export async function udpLosses(): Promise<number> {
  const [names = [], values = []] = (await readFile('/proc/net/snmp', 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const of = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
  return of('RcvbufErrors') + of('SndbufErrors');
}

/**
 * Runs `act`, which uses UDP, or checks what arrived by UDP since `before` were lost. If it fails and the kernel
 * counted dropped datagrams meanwhile, that is reported as lateness, since a process without a core reads nothing. All
 * else fails at once.
 */
export async function unlessLost(
  judge: InTime,
  what: string,
  act: () => Promise<void>,
  before?: number,
): Promise<void> {
  before ??= await udpLosses();
  try {
    await act();
  } catch (error) {
    const lost = (await udpLosses()) - before;
    if (lost === 0) throw error;
    judge(`${what}: ${lost} datagrams were thrown away unread (${String(error)})`, 1, 0);
  }
}
