import { readFile } from 'node:fs/promises';
import type { InTime } from './pace.ts';

/** Datagrams that this machine threw away since it began, because nobody read or sent them in time (`/proc/net/snmp`). */
export async function udpLosses(): Promise<number> {
  const [names = [], values = []] = (await readFile('/proc/net/snmp', 'utf8'))
    .split('\n')
    .filter((line) => line.startsWith('Udp: '))
    .map((line) => line.split(' '));
  const of = (name: string): number => Number(values[names.indexOf(name)] ?? 0);
  return of('RcvbufErrors') + of('SndbufErrors');
}

/**
 * Does what uses UDP, or looks at what came by it since `before` were lost. Where it fails and the kernel counted datagrams that came to nobody meanwhile, that is told as lateness: who
 * gets no core for a while reads nothing. All else fails at once.
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
