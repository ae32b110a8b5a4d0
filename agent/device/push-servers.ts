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
    ...{ id: pushIdOf(stream, SERVERS[server]), name: `${server} of ${stream}`, stream, url },
    enabled: pushesOf(wanted, stream).some(({ enabled }) => enabled),
  };
  return { ...(pushAt(wanted, stream, server) ?? fresh), url };
}
