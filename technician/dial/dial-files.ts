import type { BoxFiles } from './box-files.ts';
import { DialError } from './dial-error.ts';
import { dialFtp } from './ftp-files.ts';
import { dialSftp } from './sftp-files.ts';
import type { SshOptions } from './ssh-client.ts';

export interface FilesPlace extends Omit<SshOptions, 'port'> {
  protocol: 'sftp' | 'ftp';
  /** 22022, or 22023 where nobody answers there; 21. */
  port?: number | undefined;
  /** The password may travel without encryption where FTP has none. */
  plainFtp?: boolean;
}

const [SFTP_PORT, SSH_PORT, FTP_PORT] = [22_022, 22_023, 21];

/** Dials and logs in. Rejects with DialError. */
export async function dialFiles({ protocol, port, ...place }: FilesPlace): Promise<BoxFiles> {
  if (protocol === 'ftp') return dialFtp({ ...place, port: port ?? FTP_PORT });
  if (port !== undefined) return dialSftp({ ...place, port });
  try {
    return await dialSftp({ ...place, port: SFTP_PORT });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (!(error instanceof DialError) || code !== 'ECONNREFUSED') throw error;
    // Nobody is there at all: what is said is where one would look first.
    return dialSftp({ ...place, port: SSH_PORT }).catch((other: Error) => {
      const { code: alsoCode } = (other.cause ?? {}) as NodeJS.ErrnoException;
      throw alsoCode === 'ECONNREFUSED' ? error : other;
    });
  }
}
