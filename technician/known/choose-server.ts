import { passwordSource, secretIn } from '#technician/dial/password.ts';
import { basic, bearer, openServer, serverUrl, type Server } from '#technician/dial/server.ts';
import { NOTHING_KNOWN, type KnownPlaces, type KnownServer } from './known-places.ts';
import { openKnown, telling, type KnownStore } from './known-store.ts';

/** Flags about the server and the login there. */
export interface ServerFlags {
  /** Known name or address of the server. */
  server?: string;
  user?: string;
  passwordFile?: string;
  tokenFile?: string;
}

/** URL of a server on this machine, used where none is named and none is known. */
export const USUAL_URL = 'http://127.0.0.1:8080';
/** Account that is used where none is named. */
export const USUAL_ACCOUNT = 'admin';
/** Variable of the environment with the password of the server's account. */
export const OF_SERVERS = 'AMPHI_PASSWORD';

/** Token for this command alone, from a file or the environment. */
export const givenToken = ({ tokenFile }: ServerFlags): string | undefined =>
  (tokenFile === undefined ? process.env['AMPHI_TOKEN'] : secretIn(tokenFile).trim()) || undefined;

/**
 * Server of a known name or an address; without one, the server that was used last, which is told. The login is a token
 * or password that is given, else the token of `amphi login`, else a password that is typed. Throws DialError.
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

/** Known server of a name or address; without one, the server that was used last. */
export function findServer({ servers, lastServer }: KnownPlaces, named: string | undefined): KnownServer | undefined {
  const wanted = named?.replace(/\/+$/, '') ?? lastServer;
  return servers.find(({ name }) => name === wanted) ?? servers.find(({ url }) => url === wanted);
}

/** Whether the kept token is used: a given password or token, or another account, has priority. */
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
