import type ssh2 from 'ssh2';
import type { ClientChannel } from 'ssh2';
import { DialError } from './dial-error.ts';
import type { DialOptions, Wire } from './dial.ts';
import { openSshClient } from './ssh-client.ts';

/** Connects and opens a shell without a terminal. Rejects with DialError. */
export async function dialSsh(options: DialOptions): Promise<Wire> {
  const { client, closed, password } = await openSshClient(options);
  options.transcript.hide(password);
  try {
    return wireOf(client, await shellOf(client), closed, options);
  } catch (error) {
    client.end();
    throw new DialError(`${options.host}:${options.port}: ${(error as Error).message}`, { cause: error });
  }
}

const shellOf = (client: ssh2.Client): Promise<ClientChannel> =>
  new Promise((resolve, reject) => {
    client.shell(false, (error, channel) => (error ? reject(error) : resolve(channel)));
  });

/** Connection of a shell; without a terminal, replies may also come on stderr. */
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
