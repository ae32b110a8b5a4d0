/** The Transport header (RFC 2326 section 12.39). */
export interface TransportOffer {
  kind: 'tcp' | 'udp' | 'multicast';
  /** RTP and RTCP port of the client. */
  clientPorts?: readonly [number, number];
  /** RTP and RTCP channel. */
  interleaved?: readonly [number, number];
}

const MAX_OFFERS = 8;

/**
 * The client's offers in its order, without those no one here could serve (SAVP, unknown profiles, ports out of range).
 * A destination it names is ignored: media goes to where the request came from, or the server would flood third parties.
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

/** `5000-5001`, or `5000` with the next one meant. */
function parsePair(text: string | undefined, largest: number): [number, number] | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '');
  if (!match) return undefined;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= largest && second <= largest ? [first, second] : undefined;
}
