import type { AuthContext, Connection, KeyboardAuthContext, PublicKeyAuthContext } from 'ssh2';
import type { Trail } from '#lib/runtime/access/trail.ts';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from '../accounts/accounts.ts';
import { authorizedKey, type KeyFiles } from './authorized-keys.ts';
import type { Access } from '../session/line-session.ts';

/** Options of `guardLogin`. */
export interface SshLoginOptions {
  accounts: Accounts;
  log: Log;
  address: string;
  /**
   * Whether the method `password` is offered besides `keyboard-interactive`, the only one that the device has
   * (facts/smp351 1.4).
   */
  offerPassword: boolean;
  keyFiles: KeyFiles;
  trail: Trail;
}

type Method = 'publickey' | 'keyboard-interactive' | 'password';

/** Number of wrong passwords, and of login requests, after which a connection is ended. */
const MOST_FAILURES = 6;
const MOST_REQUESTS = 40;

/** Checks the login of a connection; `access` gives its rights after the event `ready`. */
export function guardLogin(connection: Connection, options: SshLoginOptions): { access(): Access | undefined } {
  let access: Access | undefined;
  let failures = 0;
  let requests = 0;
  const offered: Method[] = [
    'publickey',
    'keyboard-interactive',
    ...(options.offerPassword ? ['password' as const] : []),
  ];

  const admit = (context: AuthContext, given: Access): void => {
    access = given;
    context.accept();
  };
  const refuse = (context: AuthContext): void => context.reject(offered);
  const check = async (context: AuthContext, password: string): Promise<void> => {
    const { accounts, address } = options;
    const verdict = await accounts.login({ name: context.username, password, address, via: 'ssh' });
    if ('access' in verdict) return admit(context, verdict.access);
    if (++failures >= MOST_FAILURES) connection.end();
    else refuse(context);
  };

  const decide = async (context: AuthContext): Promise<void> => {
    if (++requests > MOST_REQUESTS) return void connection.end();
    const account = options.accounts.accessOf(context.username);
    if (context.method === 'none' && account && !options.accounts.has('admin')) return admit(context, account);
    const refuseKey = (one: AuthContext): void => {
      if (options.keyFiles[account ?? 'admin'] !== undefined)
        options.trail.refused({ via: 'ssh', address: options.address, account: account ?? '-', what: 'key' });
      refuse(one);
    };
    if (context.method === 'publickey' && account) return tryKey(context, account, options.keyFiles, admit, refuseKey);
    if (context.method === 'password' && options.offerPassword) return check(context, context.password);
    if (context.method !== 'keyboard-interactive') return refuse(context);
    const answer = await ask(context);
    return answer === undefined ? refuse(context) : check(context, answer);
  };
  connection.on('authentication', (context) => {
    decide(context).catch((error: unknown) => {
      options.log.error({ err: error }, 'SSH login failed');
      refuse(context);
    });
  });
  return { access: () => access };
}

/** Asks for the password with the one prompt `Password: ` (facts/smp351 1.4); undefined if the client gave up. */
const ask = (context: KeyboardAuthContext): Promise<string | undefined> =>
  new Promise((resolve) => {
    context.prompt([{ prompt: 'Password: ', echo: false }], (answers: unknown) => {
      resolve(Array.isArray(answers) && typeof answers[0] === 'string' ? answers[0] : undefined);
    });
  });

async function tryKey(
  context: PublicKeyAuthContext,
  account: Access,
  files: KeyFiles,
  admit: (context: AuthContext, access: Access) => void,
  refuse: (context: AuthContext) => void,
): Promise<void> {
  const key = await authorizedKey(files, account, context.key);
  if (!key) return refuse(context);
  // A request without signature only asks whether the key would be accepted.
  if (!context.signature) return context.accept();
  // `verify` may give an Error, though its type says a boolean.
  const proven: unknown = context.blob && key.verify(context.blob, context.signature, context.hashAlgo);
  return proven === true ? admit(context, account) : refuse(context);
}
