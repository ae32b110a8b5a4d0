import ssh2 from 'ssh2';
import { dialError, DialError, WrongPassword } from './dial-error.ts';
import { fingerprint, judgeHostKey, keyChangedWords, rememberHostKey } from './known-hosts.ts';

/** Address and login of a box's SSH. */
export interface SshOptions {
  host: string;
  port: number;
  user: string;
  password: () => Promise<string>;
  /** Longest time for the login, in ms. */
  timeoutMs: number;
  knownHosts: string;
  /** Tells the person something that is not part of the conversation. */
  say: (words: string) => void;
}

/** SSH connection that is logged in. */
export interface SshClient {
  client: ssh2.Client;
  /** Resolves when the connection ends, with the reason. */
  closed: Promise<string>;
  /** Password that the login used. */
  password: string;
}

/**
 * Connects, checks the host key, logs in by keyboard-interactive or password (facts/smp351 1.4). Rejects with
 * DialError.
 */
export async function openSshClient(options: SshOptions): Promise<SshClient> {
  const { host, port, user, timeoutMs, say, knownHosts } = options;
  const place = `${host}:${port}`;
  const password = await options.password();
  const client = new ssh2.Client();
  let fresh: Buffer | undefined;
  let refusal: DialError | undefined;
  const verify = (key: Buffer): boolean => {
    try {
      const verdict = judgeHostKey(knownHosts, place, key);
      if (verdict === 'new') fresh = key;
      if (verdict !== 'changed') return true;
      refusal = new DialError(keyChangedWords(place, key, knownHosts));
    } catch (error) {
      refusal = new DialError(String(error), { cause: error });
    }
    return false;
  };
  client.on('keyboard-interactive', (_name, _about, _language, prompts, finish) => finish(prompts.map(() => password)));
  let why = 'the box ended the connection';
  const closed = new Promise<string>((resolve) => client.once('close', () => resolve(why)));
  try {
    await new Promise<void>((resolve, reject) => {
      client.once('ready', resolve);
      client.once('close', () => reject(new Error(why)));
      client.on('error', (error) => {
        why = error.message;
        if (error.level === 'client-authentication') refusal = new WrongPassword(`${place}: wrong password`);
        reject(error);
      });
      client.connect({
        host,
        port,
        username: user,
        password,
        tryKeyboard: true,
        readyTimeout: timeoutMs,
        authHandler: ['none', 'keyboard-interactive', 'password'],
        hostVerifier: verify,
      });
    });
    if (fresh) {
      await rememberHostKey(knownHosts, place, fresh);
      say(`${place}: host key ${fingerprint(fresh)} accepted and remembered`);
    }
    return { client, closed, password };
  } catch (error) {
    client.end();
    throw refusal ?? dialError(place, error);
  }
}
