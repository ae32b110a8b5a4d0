import type { Personality } from '#lib/sis/personality.ts';
import { pushIdOf } from './handlers/presets.ts';
import type { PushWanted, Wanted } from './state.ts';

type Stream = PushWanted['stream'];

/** A stream has a primary and a backup server, as controllers see it. */
export const SERVERS = { primary: 1, backup: 2 } as const;
export type Server = keyof typeof SERVERS;

/** The targets made for them by number, else the first and second of those that the stream has. */
export function pushAt({ pushes }: Pick<Wanted, 'pushes'>, stream: Stream, server: Server): PushWanted | undefined {
  const own = [1, 2].map((each) => pushIdOf(stream, each));
  const others = pushes.filter((push) => push.stream === stream && !own.includes(push.id));
  return pushes.find(({ id }) => id === pushIdOf(stream, SERVERS[server])) ?? others[SERVERS[server] - 1];
}

export const pushesOf = (wanted: Wanted, stream: Stream): PushWanted[] =>
  (['primary', 'backup'] as const).flatMap((server) => pushAt(wanted, stream, server) ?? []);

/** The push that this address makes of the one that is there, or of none: then it runs if the other one does. */
export function pushWithUrl(wanted: Wanted, stream: Stream, server: Server, url: string): PushWanted {
  const fresh: PushWanted = {
    id: pushIdOf(stream, SERVERS[server]),
    name: `${server} of ${stream}`,
    stream,
    url,
    enabled: pushesOf(wanted, stream).some(({ enabled }) => enabled),
  };
  return { ...(pushAt(wanted, stream, server) ?? fresh), url };
}

/** A streamer as HTTP clients of the device number them (facts/smp351 3: `/streamer/rtmp/{n}`). */
export interface PushSlot {
  /** Undefined: a stream that this box has not. */
  stream: Stream | undefined;
  server: Server;
  push: PushWanted | undefined;
  /** It is to run while a recording does. */
  whileRecording: boolean;
}

/** Undefined: there is no such number. */
export function pushSlot(wanted: Wanted, { swis }: Pick<Personality, 'swis'>, number: number): PushSlot | undefined {
  const named = swis.rtmpStreamers[number - 1];
  if (!named) return undefined;
  const [name, server] = named.split('.') as [string, Server];
  const stream = name === 'archive-b' ? undefined : (name as Stream);
  const whileRecording = wanted.sis.kept[slotRow(number)]?.['pub_while_record'] === 1;
  return { stream, server, push: stream && pushAt(wanted, stream, server), whileRecording };
}

/** Where a slot's `pub_while_record` (0 or 1) is kept. */
export const slotRow = (number: number): string => `swis.rtmp.${number}`;

export const pushesWhileRecording = (wanted: Wanted, personality: Pick<Personality, 'swis'>): PushWanted[] =>
  personality.swis.rtmpStreamers.flatMap((_, index) => {
    const slot = pushSlot(wanted, personality, index + 1);
    return slot?.push && slot.whileRecording ? [slot.push] : [];
  });
