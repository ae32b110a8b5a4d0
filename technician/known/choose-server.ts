import { passwordSource, secretIn } from '#technician/dial/password.ts';
import { basic, bearer, openServer, serverUrl, type Server } from '#technician/dial/server.ts';
import { NOTHING_KNOWN, type KnownPlaces, type KnownServer } from './known-places.ts';
import { openKnown, telling, type KnownStore } from './known-store.ts';

export interface ServerFlags {
  /** A known name or an address. */
  server?: string;
  user?: string;
  passwordFile?: string;
  tokenFile?: string;
}

/** Where a server is that nobody named, and that nobody logged in to. */
export const USUAL_URL = 'http://127.0.0.1:8080';
/** Account of the server that is meant where none is named. */
export const USUAL_ACCOUNT = 'admin';
/** Where the password of an account of the server may stand. */
export const OF_SERVERS = 'AMPHI_PASSWORD';

/** The token that is given for this command alone, by a file or the environment. */
export const givenToken = ({ tokenFile }: ServerFlags): string | undefined =>
  (tokenFile === undefined ? process.env['AMPHI_TOKEN'] : secretIn(tokenFile).trim()) || undefined;

/**
 * A server by its known name or its address; if none is named, the one that was used last, which is told. It is asked with a token
 * or a password that is given, else with the token of `amphi login`, else with a password that is typed. Throws DialError.
 */
export function chooseServer(flags: ServerFlags, say: (words: string) => void): Server {
  const store = openKnown(say);
  const places = flags.server === undefined ? store.read() : (telling(say, () => store.read()) ?? NOTHING_KNOWN);
  const known = findServer(places, flags.server);
  if (known && flags.server === undefined) say(`${known.name} (${known.url}), the server that was used last`);
  const kept = known && usesKept(flags, known) ? known : undefined;
  return openServer({
    url: known?.url ?? serverUrl(flags.server ?? USUAL_URL),
    authorization: authorizationOf(flags, kept?.token),
    ...(kept ? { aboutLogin: `: amphi login ${kept.name} gets another` } : {}),
    onWelcome: () => known && telling(say, () => remember(store, known)),
  });
}

const remember = (store: KnownStore, { name: lastServer }: KnownServer): void =>
  store.change((places) =>
    places.servers.some(({ name }) => name === lastServer) ? { ...places, lastServer } : places,
  );

/** The server of this name or address; without one that which was used last. */
export function findServer({ servers, lastServer }: KnownPlaces, named: string | undefined): KnownServer | undefined {
  const wanted = named?.replace(/\/+$/, '') ?? lastServer;
  return servers.find(({ name }) => name === wanted) ?? servers.find(({ url }) => url === wanted);
}

/** A password or a token that is given goes before a kept one, and so does another account. */
const usesKept = (flags: ServerFlags, { account }: KnownServer): boolean =>
  givenToken(flags) === undefined &&
  flags.passwordFile === undefined &&
  process.env[OF_SERVERS] === undefined &&
  (flags.user === undefined || flags.user === account);

function authorizationOf(flags: ServerFlags, kept: string | undefined): () => Promise<string> {
  const token = givenToken(flags) ?? kept;
  if (token !== undefined) return () => Promise.resolve(bearer(token));
  const password = passwordSource({ file: flags.passwordFile, variable: OF_SERVERS });
  return async () => basic(flags.user ?? USUAL_ACCOUNT, await password());
}
