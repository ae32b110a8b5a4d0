import { keepNewest } from '#lib/runtime/newest.ts';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

/** Address and port of the server that a push goes to. */
export interface ServerAddress {
  ip: string;
  port: number;
}

const PORTS: Record<string, number> = { 'rtmp:': 1935, 'rtmps:': 443, 'rtsp:': 554, 'rtsps:': 322 };
/** Time after which a name is looked up again. */
const KNOWN_MS = 60_000;
/** Names that are remembered; with a further one the oldest is forgotten. */
const MOST_NAMES = 64;

/**
 * Finds the addresses of URLs without making the caller wait: a name is looked up at the first question and known some
 * moments later. `resolve` is for tests.
 */
export function openServerAddresses(
  nowMs: () => number,
  resolve: (name: string) => Promise<string> = async (name) => (await lookup(name)).address,
): (url: string) => ServerAddress | undefined {
  const known = new Map<string, { ip: string | undefined; untilMs: number }>();
  const look = (name: string): void => {
    const ip = known.get(name)?.ip;
    keepNewest(known, name, { ip, untilMs: nowMs() + KNOWN_MS }, MOST_NAMES);
    void resolve(name).then(
      (ip) => void known.set(name, { ip, untilMs: nowMs() + KNOWN_MS }),
      () => void known.delete(name),
    );
  };
  return (url) => {
    if (!URL.canParse(url)) return undefined;
    const { hostname, port, protocol } = new URL(url);
    const name = hostname.replace(/^\[(.*)\]$/, '$1');
    const number = Number(port || PORTS[protocol] || 0);
    if (isIP(name) !== 0) return { ip: name, port: number };
    const found = known.get(name);
    if (name !== '' && (!found || found.untilMs <= nowMs())) look(name);
    return found?.ip === undefined ? undefined : { ip: found.ip, port: number };
  };
}
