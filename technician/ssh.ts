import ssh2 from 'ssh2';
import type { ClientChannel } from 'ssh2';
import { DialError } from './dial-error.ts';
import type { DialOptions, Wire } from './dial.ts';
import { fingerprint, judgeHostKey, rememberHostKey } from './known-hosts.ts';

/** Dials, judges the host key, logs in by keyboard-interactive or password (facts 1.4). Rejects with DialError. */
export async function dialSsh(options: DialOptions): Promise<Wire> {
  const { host, port, user, transcript, timeoutMs, say } = options;
  const place = `${host}:${port}`;
  const password = await options.password();
  transcript.hide(password);
  const client = new ssh2.Client();
  let fresh: Buffer | undefined;
  let refusal: string | undefined;
  const verify = (key: Buffer): boolean => {
    try {
      const verdict = judgeHostKey(options.knownHosts, place, key);
      if (verdict === 'new') fresh = key;
      if (verdict !== 'changed') return true;
      refusal = changedWords(place, key, options.knownHosts);
    } catch (error) {
      refusal = String(error);
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
        why = error.level === 'client-authentication' ? 'wrong password' : error.message;
        reject(new Error(why));
      });
      client.connect({
        ...{ host, port, username: user, password, tryKeyboard: true, readyTimeout: timeoutMs },
        authHandler: ['none', 'keyboard-interactive', 'password'],
        hostVerifier: verify,
      });
    });
    if (fresh) {
      await rememberHostKey(options.knownHosts, place, fresh);
      say(`${place}: host key ${fingerprint(fresh)} accepted and remembered`);
    }
    return wireOf(client, await shellOf(client), closed, options);
  } catch (error) {
    client.end();
    throw new DialError(refusal ?? `${place}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

const changedWords = (place: string, key: Buffer, file: string): string =>
  `HOST KEY CHANGED: ${place} shows ${fingerprint(key)}, which is not the key it had. Another machine may stand in its ` +
  `place. Nothing was sent. If the box was replaced, remove its line from ${file}.`;

const shellOf = (client: ssh2.Client): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.shell(false, (error, channel) => (error ? reject(error) : resolve(channel)));
  });

/** Without a terminal replies may come on stderr. */
function wireOf(client: ssh2.Client, channel: ClientChannel, closed: Promise<string>, options: DialOptions): Wire {
  const { transcript } = options;
  let onData: ((bytes: Buffer) => void) | undefined;
  const early: Buffer[] = [];
  const take = (bytes: Buffer): void => {
    transcript.heard(bytes);
    if (onData) onData(bytes);
    else early.push(bytes);
  };
  channel.on('data', take);
  channel.stderr.on('data', take);
  channel.once('close', () => client.end());
  return {
    send(text) {
      transcript.sent(text);
      channel.write(text);
    },
    listen(to) {
      onData = to;
      for (const bytes of early.splice(0)) to(bytes);
    },
    closed,
    close: () => void client.end(),
    greeting: '',
  };
}
