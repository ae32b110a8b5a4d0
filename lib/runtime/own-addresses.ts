import { networkInterfaces } from 'node:os';

/** Whether a listening address means every address of the machine. */
export const isEverywhere = (listen: string): boolean => listen === '0.0.0.0' || listen === '::';

/** The address at which this machine reaches a service that listens on `listen`. */
export function addressFromHere(listen: string): string {
  if (listen === '0.0.0.0') return '127.0.0.1';
  return listen === '::' ? '::1' : listen;
}

/**
 * The addresses at which others reach a service that listens on `listen`, as written in URLs. For one that listens
 * everywhere: all IPv4 addresses that other machines can reach; `127.0.0.1` if there are none.
 */
export function reachableAddresses(listen: string): [string, ...string[]] {
  if (!isEverywhere(listen)) return [listen.includes(':') ? `[${listen}]` : listen];
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const [first = '127.0.0.1', ...others] = all
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
  return [first, ...others];
}
