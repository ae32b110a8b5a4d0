import { createHash, timingSafeEqual } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import { openTrail } from '#lib/runtime/access/trail.ts';
import { plainAddress } from '#lib/runtime/addresses.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Listeners, Place } from '../session/listen.ts';
import { mibOf, valueAfter, valueAt, type SnmpFacts } from './snmp-mib.ts';
import { problems, readSnmp, writeBinding, writeSnmp, type Binding, type SnmpRequest } from './snmp-packets.ts';

/** Options of `startSnmp`. */
export interface SnmpOptions extends Place {
  /** The community that may read; asked for at each request, since it may change. Nobody may write. */
  community: () => string;
  facts: () => Promise<SnmpFacts>;
  log: Log;
}

/** Age in ms up to which values are used for further requests; older ones are read again. */
const FRESH_MS = 500;
/**
 * Bytes of a reply, so that it fits into one packet on any network. A `bulk` reply ends with the last object that fits;
 * any other longer reply becomes the error `tooBig`.
 */
const MOST_BYTES = 1400;
/** Number of repetitions that a `bulk` request gets; a client that asks for more gets these. */
const MOST_REPETITIONS = 100;
/** Number of requests that may wait for values; further ones are not answered, which UDP allows. */
const MOST_WAITING = 100;

/**
 * Starts SNMP v2c (RFC 3416), which answers read requests. A request with another community gets no answer. Rejects if
 * it cannot listen.
 */
export async function startSnmp(options: SnmpOptions): Promise<Listeners> {
  let mib: { atMs: number; bindings: Promise<Binding[]> } | undefined;
  let waiting = 0;
  const trail = openTrail(options.log);
  const current = (): Promise<Binding[]> => {
    const nowMs = performance.now();
    if (!mib || nowMs - mib.atMs > FRESH_MS) mib = { atMs: nowMs, bindings: options.facts().then(mibOf) };
    return mib.bindings;
  };
  const answer = async (socket: Socket, datagram: Buffer, port: number, address: string): Promise<void> => {
    const request = readSnmp(datagram);
    if (!request || waiting >= MOST_WAITING) return;
    if (!isSame(request.community, options.community()))
      return trail.refused({ via: 'snmp', address: plainAddress(address), account: '-', what: 'community' });
    waiting += 1;
    try {
      socket.send(answerTo(request, await current()), port, address, () => undefined);
    } catch (error) {
      options.log.error({ err: error }, 'SNMP request failed');
    } finally {
      waiting -= 1;
    }
  };
  const open = async (wanted: number | undefined): Promise<Socket[]> => {
    const opened: Socket[] = [];
    let port = wanted;
    for (const address of port === undefined ? [] : options.addresses) {
      const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
      opened.push(socket);
      socket.on('message', (datagram, from) => void answer(socket, datagram, from.port, from.address));
      port = await bound(socket, port, address).catch((error: Error) => {
        for (const one of opened) one.close();
        throw new Error(`snmp: ${error.message}`, { cause: error });
      });
      socket.on('error', (error) => options.log.error({ err: error }, 'SNMP'));
    }
    return opened;
  };
  let sockets = await open(options.port);
  const portNow = (): number | undefined => sockets[0]?.address().port;
  return {
    get port() {
      return portNow();
    },
    async move(port) {
      if (port !== undefined && port !== 0 && port === portNow()) return;
      const before = sockets;
      sockets = await open(port);
      for (const socket of before) socket.close();
    },
    async close() {
      const open = sockets;
      sockets = [];
      await Promise.all(open.map((socket) => new Promise<void>((resolve) => void socket.close(() => resolve()))));
    },
  };
}

function answerTo(request: SnmpRequest, mib: readonly Binding[]): Buffer {
  const { kind, oids } = request;
  if (kind === 'set') return writeSnmp(request, [], problems.notWritable, 1);
  const found =
    kind === 'bulk'
      ? bulk(request, mib)
      : oids.map((oid) => (kind === 'get' ? valueAt(mib, oid) : valueAfter(mib, oid)));
  const written: Buffer[] = [];
  let size = 0;
  for (const binding of found) {
    const bytes = writeBinding(binding);
    size += bytes.length;
    // A `bulk` reply may end early: the client continues after the last object that it got.
    if (size > MOST_BYTES && kind === 'bulk' && written.length > 0) break;
    if (size > MOST_BYTES) return writeSnmp(request, [], problems.tooBig);
    written.push(bytes);
  }
  return writeSnmp(request, written);
}

function bulk({ oids, nonRepeaters, maxRepetitions }: SnmpRequest, mib: readonly Binding[]): Binding[] {
  const singles = Math.max(0, Math.min(nonRepeaters, oids.length));
  const found = oids.slice(0, singles).map((oid) => valueAfter(mib, oid));
  let places = oids.slice(singles);
  for (let n = 0; n < Math.min(maxRepetitions, MOST_REPETITIONS) && places.length > 0; n++) {
    const row = places.map((oid) => valueAfter(mib, oid));
    found.push(...row);
    if (row.every(({ value }) => value.type === 'endOfMib')) break;
    places = row.map(({ oid }) => oid);
  }
  return found;
}

const digest = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();
/** Whether a request's community is right; an empty one is never right. */
const isSame = (given: string, wanted: string): boolean =>
  wanted !== '' && timingSafeEqual(digest(Buffer.from(given, 'latin1').toString('utf8')), digest(wanted));

function bound(socket: Socket, port: number | undefined, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, address, () => {
      socket.off('error', reject);
      resolve(socket.address().port);
    });
  });
}
