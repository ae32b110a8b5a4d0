import type { Personality } from '#lib/sis/personality.ts';
import { pushIdOf } from './handlers/presets.ts';
import { isMade } from './dual-mode.ts';
import type { PushWanted, StreamName, Wanted } from './state.ts';

/** The two servers of a stream, with the numbers that controllers use. */
export const SERVERS = { primary: 1, backup: 2 } as const;
/** One of the two servers. */
export type Server = keyof typeof SERVERS;

/**
 * The push target of a server of a stream: the one that was made for its number, else the first or second other target
 * of the stream. Undefined: there is none.
 */
export function pushAt({ pushes }: Pick<Wanted, 'pushes'>, stream: StreamName, server: Server): PushWanted | undefined {
  const own = [1, 2].map((each) => pushIdOf(stream, each));
  const others = pushes.filter((push) => push.stream === stream && !own.includes(push.id));
  return pushes.find(({ id }) => id === pushIdOf(stream, SERVERS[server])) ?? others[SERVERS[server] - 1];
}

/** The push targets of a stream. */
export const pushesOf = (wanted: Wanted, stream: StreamName): PushWanted[] =>
  (['primary', 'backup'] as const).flatMap((server) => pushAt(wanted, stream, server) ?? []);

/**
 * The push target of a server, with a new URL. A target that did not exist before is enabled if the other server's is.
 */
export function pushWithUrl(wanted: Wanted, stream: StreamName, server: Server, url: string): PushWanted {
  const fresh: PushWanted = {
    id: pushIdOf(stream, SERVERS[server]),
    name: `${server} of ${stream}`,
    stream,
    url,
    enabled: pushesOf(wanted, stream).some(({ enabled }) => enabled),
  };
  return { ...(pushAt(wanted, stream, server) ?? fresh), url };
}

/** A streamer, by the number that HTTP clients use (facts/smp351 3: `/streamer/rtmp/{n}`). */
export interface PushSlot {
  /** The stream; undefined for one that is not encoded in this mode. */
  stream: StreamName | undefined;
  server: Server;
  push: PushWanted | undefined;
  /** Whether the push has to run while a recording does. */
  whileRecording: boolean;
}

/** The streamer with a number; undefined if there is none. */
export function pushSlot(wanted: Wanted, { swis }: Pick<Personality, 'swis'>, number: number): PushSlot | undefined {
  const named = swis.rtmpStreamers[number - 1];
  if (!named) return undefined;
  const [name, server] = named.split('.') as [StreamName, Server];
  const stream = isMade(wanted, name) ? name : undefined;
  const whileRecording = wanted.sis.kept[slotRow(number)]?.['pub_while_record'] === 1;
  return { stream, server, push: stream && pushAt(wanted, stream, server), whileRecording };
}

/** Name under which a streamer's `pub_while_record` (0 or 1) is kept. */
export const slotRow = (number: number): string => `swis.rtmp.${number}`;

/** The push targets that have to run while a recording does. */
export const pushesWhileRecording = (wanted: Wanted, personality: Pick<Personality, 'swis'>): PushWanted[] =>
  personality.swis.rtmpStreamers.flatMap((_, index) => {
    const slot = pushSlot(wanted, personality, index + 1);
    return slot?.push && slot.whileRecording ? [slot.push] : [];
  });
