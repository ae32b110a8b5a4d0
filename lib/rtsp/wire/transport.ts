/** An offer in a Transport header (RFC 2326 section 12.39). */
export interface TransportOffer {
  kind: 'tcp' | 'udp' | 'multicast';
  /** RTP and RTCP ports of the client. */
  clientPorts?: readonly [number, number];
  /** RTP and RTCP channels of the client. */
  interleaved?: readonly [number, number];
}

const MAX_OFFERS = 8;

/**
 * The offers of a client in its order, without those that cannot be served (SAVP, unknown profiles, ports out of
 * range). A named destination is ignored: media goes to the address of the request, else the server could be used to
 * flood others.
 */
export function parseTransports(header: string): TransportOffer[] {
  return header
    .split(',')
    .slice(0, MAX_OFFERS)
    .map(parseOffer)
    .filter((offer) => offer !== undefined);
}

function parseOffer(text: string): TransportOffer | undefined {
  const [profile = '', ...rest] = text.split(';').map((part) => part.trim());
  const fields = new Map(rest.map((part) => [part.split('=')[0]!.toLowerCase(), part.split('=')[1] ?? '']));
  const upper = profile.toUpperCase();
  if (upper === 'RTP/AVP/TCP') {
    const interleaved = parsePair(fields.get('interleaved'), 255);
    return { kind: 'tcp', ...(interleaved ? { interleaved } : {}) };
  }
  if (upper !== 'RTP/AVP' && upper !== 'RTP/AVP/UDP') return undefined;
  const clientPorts = parsePair(fields.get('client_port'), 65_535);
  if (fields.has('multicast') || (!fields.has('unicast') && !clientPorts)) return { kind: 'multicast' };
  return clientPorts && clientPorts[0] > 0 ? { kind: 'udp', clientPorts } : undefined;
}

/** A pair of numbers: `5000-5001`, or `5000` for it and the next. */
function parsePair(text: string | undefined, largest: number): [number, number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '');
  if (!match) return undefined;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= largest && second <= largest ? [first, second] : undefined;
}
