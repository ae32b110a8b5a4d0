import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SnmpInterface } from './snmp-mib.ts';

const SYSTEM = '/sys/class/net';
/** Number of interfaces that are given; further ones are left out. */
const MOST = 32;

/**
 * The network interfaces of this machine with their counters, as Linux gives them; none on other systems. Never
 * rejects.
 */
export async function networkInterfaces(folder = SYSTEM): Promise<SnmpInterface[]> {
  const names = (await readdir(folder).catch(() => [])).toSorted((a, b) => Number(b === 'lo') - Number(a === 'lo'));
  return Promise.all(names.slice(0, MOST).map((name) => interfaceAt(folder, name)));
}

async function interfaceAt(folder: string, name: string): Promise<SnmpInterface> {
  const read = (file: string): Promise<string> =>
    readFile(join(folder, name, file), 'utf8').then(
      (text) => text.trim(),
      () => '',
    );
  const number = async (file: string): Promise<number> => Math.max(0, Number(await read(file)) || 0);
  const counters = async (way: 'rx' | 'tx') => ({
    bytes: await number(`statistics/${way}_bytes`),
    packets: await number(`statistics/${way}_packets`),
    errors: await number(`statistics/${way}_errors`),
    dropped: await number(`statistics/${way}_dropped`),
  });
  const state = await read('operstate');
  return {
    name,
    isLoopback: (await read('type')) === '772',
    mtuBytes: await number('mtu'),
    speedMbps: await number('speed'),
    mac: Buffer.from((await read('address')).replaceAll(':', ''), 'hex'),
    // Loopback and tunnels have the state `unknown`, and are up.
    isUp: state === 'up' || state === 'unknown',
    in: await counters('rx'),
    out: await counters('tx'),
  };
}
