import type { Socket } from 'node:net';
import type { Algorithms } from 'ssh2';

/**
 * Algorithms that the box offers, best first. Left out are those that cost the processor up to a second for a handshake
 * (groups 15 to 18), that need groups of primes which the box does not have (group exchange), or that are broken
 * (SHA-1).
 */
export const ALGORITHMS = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
  ],
  serverHostKey: ['ssh-ed25519', 'rsa-sha2-512', 'rsa-sha2-256'],
  hmac: ['hmac-sha2-256-etm@openssh.com', 'hmac-sha2-512-etm@openssh.com', 'hmac-sha2-256', 'hmac-sha2-512'],
} satisfies Algorithms;

/** The algorithms of one kind that client and box offer, if they have none in common. */
export interface Lacking {
  kind: string;
  client: readonly string[];
  box: readonly string[];
}

/** Lists of a KEXINIT message in their order (RFC 4253, 7.1). */
const LISTS = ['key exchange algorithm', 'host key format', 'C->S cipher', 'S->C cipher', 'C->S MAC', 'S->C MAC'];
const KEXINIT = 20;
const COOKIE_BYTES = 16;
/** Bytes that are kept from a client's beginning; its identification line and KEXINIT fit into them. */
const OPENING_BYTES = 8192;
/** Number of algorithms of a list that are logged; the rest is left out. */
const MOST_NAMES = 20;

/** Keeps copies of the first bytes that a client sends, up to OPENING_BYTES; the result gives them. */
export function keepOpening(socket: Socket): () => Buffer {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer): void => {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= OPENING_BYTES) socket.off('data', keep);
  };
  socket.on('data', keep);
  socket.once('login', () => {
    socket.off('data', keep);
    chunks.length = 0;
  });
  return () => Buffer.concat(chunks).subarray(0, OPENING_BYTES);
}

/**
 * The algorithms that each side offers, if an error of ssh2 says that they have none in common; else undefined. Never
 * throws.
 */
export function lackingOf(message: string, opening: Buffer): Lacking | undefined {
  const kind = /no matching (.*)$/.exec(message)?.[1];
  if (kind === undefined) return undefined;
  const box = kind.includes('key exchange')
    ? ALGORITHMS.kex
    : kind.includes('host key')
      ? ALGORITHMS.serverHostKey
      : [];
  return {
    kind,
    client: listsIn(opening)[LISTS.indexOf(kind)]?.slice(0, MOST_NAMES) ?? [],
    box: kind.includes('MAC') ? ALGORITHMS.hmac : box,
  };
}

/** The lists in the first packet after the client's identification line (RFC 4253, 4.2 and 6). */
function listsIn(opening: Buffer): string[][] {
  const packet = opening.subarray(opening.indexOf(10) + 1);
  if (packet.length < 6 + COOKIE_BYTES || packet[5] !== KEXINIT) return [];
  const lists: string[][] = [];
  for (let at = 6 + COOKIE_BYTES; lists.length < LISTS.length && at + 4 <= packet.length;) {
    const length = packet.readUInt32BE(at);
    if (at + 4 + length > packet.length) break;
    lists.push(
      packet
        .toString('latin1', at + 4, at + 4 + length)
        .replaceAll(/[^\x20-\x7e]/g, '?')
        .split(','),
    );
    at += 4 + length;
  }
  return lists;
}
