import type ssh2 from 'ssh2';
import type { FileEntryWithStats, SFTPWrapper } from 'ssh2';
import type { BoxFiles } from './box-files.ts';
import { DialError } from './dial-error.ts';
import { openSshClient, type SshOptions } from './ssh-client.ts';

/** SFTP's status for a file that does not exist. */
const NO_SUCH_FILE = 2;
/** Size of a file in bytes; reading a larger one fails. */
const MOST_READ_BYTES = 64 << 20;

/** Connects to a box's SFTP. Rejects with DialError. */
export async function dialSftp(options: SshOptions): Promise<BoxFiles> {
  const { client, closed } = await openSshClient(options);
  const place = `${options.host}:${options.port}`;
  const lost = closed.then((why) => Promise.reject(new DialError(`${place}: ${why}`)));
  lost.catch(() => undefined);
  try {
    return filesOf(await Promise.race([sftpOf(client), lost]), client, lost);
  } catch (error) {
    client.end();
    throw error instanceof DialError
      ? error
      : new DialError(`${place}: no file transfer: ${(error as Error).message}`, { cause: error });
  }
}

const sftpOf = (client: ssh2.Client): Promise<SFTPWrapper> =>
  new Promise((resolve, reject) => {
    client.sftp((error, sftp) => (error ? reject(error) : resolve(sftp)));
  });

function filesOf(sftp: SFTPWrapper, client: ssh2.Client, lost: Promise<never>): BoxFiles {
  type Done<T> = (error: Error | null | undefined, value?: T) => void;
  const ask = <T>(act: (done: Done<T>) => void): Promise<T | undefined> =>
    Promise.race([
      new Promise<T | undefined>((resolve, reject) => {
        act((error, value) => (error ? reject(error) : resolve(value)));
      }),
      lost,
    ]);
  const isMissing = (error: unknown): boolean => (error as { code?: unknown }).code === NO_SUCH_FILE;
  return {
    async read(path) {
      try {
        const stats = await ask<{ size: number }>((done) => sftp.stat(path, done));
        if ((stats?.size ?? 0) > MOST_READ_BYTES) throw new Error(`${path} is too large`);
        return await ask<Buffer>((done) => sftp.readFile(path, done));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async list(path) {
      try {
        const found = await ask<FileEntryWithStats[]>((done) => sftp.readdir(path, done));
        return (found ?? []).filter(({ attrs }) => attrs.isFile()).map(({ filename }) => filename);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    },
    write: async (path, content) => void (await ask((done) => sftp.writeFile(path, content, done))),
    async remove(path) {
      await ask((done) => sftp.unlink(path, done)).catch((error: unknown) => {
        if (!isMissing(error)) throw error;
      });
    },
    close: () => void client.end(),
  };
}
