import { Command, Option } from 'commander';
import { hostname } from 'node:os';
import { z } from 'zod';
import { DialError } from '#technician/dial/dial-error.ts';
import { passwordSource, typedLine } from '#technician/dial/password.ts';
import { basic, bearer, openServer, serverUrl, type Answer } from '#technician/dial/server.ts';
import { tableOf } from '#technician/output/columns.ts';
import { findServer, givenToken, OF_SERVERS, USUAL_ACCOUNT, type ServerFlags } from './choose-server.ts';
import { withoutServer, withServer, type KnownServer } from './known-places.ts';
import { KnownError, openKnown } from './known-store.ts';

interface LoginFlags extends ServerFlags {
  name?: string;
  days: string;
  list?: boolean;
}

const say = (words: string): void => console.error(words);

/** Runs a command and sets the exit code: the one that `act` gives, or 2 with the reason. */
async function running(command: string, act: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await act();
  } catch (error) {
    if (!(error instanceof DialError)) throw error;
    say(`amphi ${command}: ${error.message}`);
    process.exitCode = 2;
  }
}

async function login(named: string | undefined, flags: LoginFlags): Promise<number> {
  const store = openKnown(say);
  const before = findServer(store.read(), named);
  if (named === undefined && !before) throw new DialError('which server? amphi login http://server:8080');
  const url = before?.url ?? serverUrl(named ?? '');
  warnOfPlainHttp(url);
  const given = givenToken(flags);
  const { token, tokenId } =
    given === undefined ? await makeToken(url, flags, before) : { token: given, tokenId: undefined };
  const me = await askMe(url, token);
  const name = flags.name ?? before?.name ?? nameOf(url);
  const kept = { name, url, account: me.name, token, ...(tokenId === undefined ? {} : { tokenId }) };
  store.change((places) => withServer(places, kept));
  // The token that was made here before is taken back, since nothing uses it any more.
  if (before && before.token !== token) await takeBack(before).catch(() => undefined);
  console.log(`You are ${me.name} (${me.role}) at ${url}.`);
  say(`The token is kept in ${store.path}, for you alone; amphi logout ${name} takes it back.`);
  return 0;
}

/**
 * Name of a server: its host, with an unusual port; without the brackets of an IPv6 address, which names cannot
 * contain.
 */
const nameOf = (url: string): string => new URL(url).host.replaceAll(/[[\]]/g, '').replace(/^:+/, '');

const LOCAL = /^(localhost|127\..*|\[::1\])$/;

function warnOfPlainHttp(url: string): void {
  const { protocol, hostname: host } = new URL(url);
  if (protocol === 'http:' && !LOCAL.test(host))
    say(`${url} is not encrypted: whoever is on the way can read the password`);
}

const made = z.object({ id: z.int(), token: z.string().min(1).max(1000) });
const person = z.object({ name: z.string().min(1), role: z.string() });

async function makeToken(url: string, flags: LoginFlags, before: KnownServer | undefined) {
  const days = Number(flags.days);
  if (!Number.isInteger(days) || days < 1 || days > 3650)
    throw new DialError('--days is a whole number from 1 to 3650');
  const account = flags.user ?? (await typedLine('Account', before?.account ?? USUAL_ACCOUNT));
  const password = await passwordSource({ file: flags.passwordFile, variable: OF_SERVERS })();
  const server = openServer({ url, authorization: () => Promise.resolve(basic(account, password)) });
  const body = Buffer.from(JSON.stringify({ name: `amphi login on ${hostname()}`.slice(0, 100), days }));
  const answer = await server.ask('POST', '/api/v1/tokens', { body, type: 'application/json' });
  const { id: tokenId, token } = understood(url, answer, made);
  return { token, tokenId };
}

const askAs = (url: string, token: string) => openServer({ url, authorization: () => Promise.resolve(bearer(token)) });

const askMe = async (url: string, token: string) =>
  understood(url, await askAs(url, token).ask('GET', '/api/v1/session'), person);

function understood<T>(url: string, { status, json }: Answer, shape: z.ZodType<T>): T {
  const { success, data } = shape.safeParse(json);
  if (status < 400 && success) return data;
  throw new DialError(`${url}: this is no central server, or another version of it (it answered ${status})`);
}

/** Tells the server to delete a token that was made by `amphi login`. */
async function takeBack({ url, token, tokenId }: KnownServer): Promise<void> {
  if (tokenId === undefined) throw new DialError('it was not made here: whoever made it takes it back');
  const { status } = await askAs(url, token).ask('DELETE', `/api/v1/tokens/${tokenId}`);
  if (status >= 400) throw new DialError(`${url}: it does not know this token (${status})`);
}

async function logout(named: string | undefined): Promise<number> {
  const store = openKnown(say);
  const known = findServer(store.read(), named);
  if (!known) throw new KnownError(named === undefined ? 'nobody is logged in' : `nobody is logged in to ${named}`);
  const why = await takeBack(known).then(
    () => undefined,
    (error: Error) => error.message,
  );
  store.change((places) => withoutServer(places, known.name));
  console.log(`You are logged out of ${known.name} (${known.url}).`);
  if (why === undefined) return 0;
  say(`The token is forgotten here, but was not taken back: ${why}`);
  return 1;
}

function listServers(): number {
  const { servers, lastServer } = openKnown(say).read();
  if (servers.length === 0) say('Nobody is logged in: amphi login http://server:8080');
  const rows = servers.map(({ name, url, account }) => [name === lastServer ? '*' : ' ', name, url, account]);
  for (const line of tableOf(rows)) console.log(line);
  return 0;
}

/**
 * `amphi login`: gets a token of the central server and keeps it for the other commands. Exit code 0, or 2 with the
 * reason.
 */
export const loginCommand = (): Command =>
  new Command('login')
    .description('log in to the central server: a token is kept, no password is')
    .argument('[server]', 'address or known name; else the one that was used last')
    .addOption(new Option('--user <name>', 'the account; else it is asked for').env('AMPHI_USER'))
    .option('--password-file <file>', 'or AMPHI_PASSWORD; else it is asked for')
    .option('--token-file <file>', 'a token that was made elsewhere, - for standard input; or AMPHI_TOKEN')
    .option('--name <name>', 'what the server is called from now on; else its host')
    .option('--days <number>', 'so long the token is good', '180')
    .option('--list', 'servers that you are logged in to; * was used last')
    .action((server: string | undefined, flags: LoginFlags) =>
      running('login', () => (flags.list ? Promise.resolve(listServers()) : login(server, flags))),
    );

/**
 * `amphi logout`. Exit code 0; 1: the token is forgotten here, but the server could not be told; 2: there was no login.
 */
export const logoutCommand = (): Command =>
  new Command('logout')
    .description('take the token back, and forget the server')
    .argument('[server]', 'address or known name; else the one that was used last')
    .action((server: string | undefined) => running('logout', () => logout(server)));
