import { Client, FTPError } from 'basic-ftp';
import { Readable, Writable } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { BoxFiles } from './box-files.ts';
import { dialError, DialError, WrongPassword } from './dial-error.ts';
import { fingerprint, judgeHostKey, keyChangedWords, rememberHostKey } from './known-hosts.ts';
import type { SshOptions } from './ssh-client.ts';

/** Address and login of a box's FTP. */
export interface FtpPlace extends SshOptions {
  plainFtp?: boolean;
}

const NOT_THERE = 550;
/** Size of a file in bytes; reading a larger one fails. */
const MOST_READ_BYTES = 64 << 20;

/**
 * Connects to a box's FTP, encrypted; its certificate is checked like the key of an SSH server. Rejects with DialError.
 */
export async function dialFtp(options: FtpPlace): Promise<BoxFiles> {
  const { host, port, user, timeoutMs } = options;
  const place = `${host}:${port}`;
  const client = new Client(timeoutMs);
  try {
    await client.connect(host, port);
    await encrypt(client, place, options);
    await logIn(client, place, user, await options.password());
    await client.useDefaultSettings();
    return filesOf(client);
  } catch (error) {
    client.close();
    throw dialError(place, error);
  }
}

/** Turns on encryption. A box has a certificate that nobody signed; it is trusted if it is the same as last time. */
async function encrypt(client: Client, place: string, options: FtpPlace): Promise<void> {
  try {
    await client.useTLS({ rejectUnauthorized: false });
  } catch (error) {
    if (!(error instanceof FTPError) || client.closed) throw error;
    if (options.plainFtp) return;
    throw new DialError(`${place}: FTP without encryption would tell everybody the password: --plain-ftp allows it`, {
      cause: error,
    });
  }
  const { socket } = client.ftp;
  const certificate = socket instanceof TLSSocket ? socket.getPeerCertificate().raw : undefined;
  if (!certificate) throw new DialError(`${place}: shows no certificate`);
  const verdict = judgeHostKey(options.knownHosts, place, certificate);
  if (verdict === 'changed') throw new DialError(keyChangedWords(place, certificate, options.knownHosts));
  if (verdict === 'known') return;
  await rememberHostKey(options.knownHosts, place, certificate);
  options.say(`${place}: certificate ${fingerprint(certificate)} accepted and remembered`);
}

async function logIn(client: Client, place: string, user: string, password: string): Promise<void> {
  try {
    await client.login(user, password);
  } catch (error) {
    if (error instanceof FTPError && error.code === 530)
      throw new WrongPassword(`${place}: wrong password`, { cause: error });
    throw error;
  }
}

function filesOf(client: Client): BoxFiles {
  return {
    async read(path) {
      const parts: Buffer[] = [];
      let bytes = 0;
      const sink = new Writable({
        write(part: Buffer, _encoding, done) {
          bytes += part.length;
          parts.push(part);
          done(bytes > MOST_READ_BYTES ? new Error(`${path} is too large`) : null);
        },
      });
      try {
        await client.downloadTo(sink, path);
      } catch (error) {
        if (error instanceof FTPError && error.code === NOT_THERE) return undefined;
        throw error;
      }
      return Buffer.concat(parts);
    },
    async list(path) {
      const found = await client.list(path).catch((error: unknown) => {
        if (error instanceof FTPError && error.code === NOT_THERE) return [];
        throw error;
      });
      return found.filter(({ isFile }) => isFile).map(({ name }) => name);
    },
    write: async (path, content) => void (await client.uploadFrom(Readable.from([content]), path)),
    async remove(path) {
      await client.remove(path).catch((error: unknown) => {
        if (!(error instanceof FTPError) || error.code !== NOT_THERE) throw error;
      });
    },
    close: () => client.close(),
  };
}
