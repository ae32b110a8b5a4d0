import type { BoxFiles } from './box-files.ts';
import { DialError } from './dial-error.ts';
import { dialFtp } from './ftp-files.ts';
import { dialSftp } from './sftp-files.ts';
import type { SshOptions } from './ssh-client.ts';

/** Address and login for the files of a box. */
export interface FilesPlace extends Omit<SshOptions, 'port'> {
  protocol: 'sftp' | 'ftp';
  /** Port; without it 22022 for SFTP, or 22023 if nothing answers there; 21 for FTP. */
  port?: number | undefined;
  /** Whether the password may be sent unencrypted to an FTP server without encryption. */
  plainFtp?: boolean;
}

const [SFTP_PORT, SSH_PORT, FTP_PORT] = [22_022, 22_023, 21];

/** Connects and logs in. Rejects with DialError. */
export async function dialFiles({ protocol, port, ...place }: FilesPlace): Promise<BoxFiles> {
  if (protocol === 'ftp') return dialFtp({ ...place, port: port ?? FTP_PORT });
  if (port !== undefined) return dialSftp({ ...place, port });
  try {
    return await dialSftp({ ...place, port: SFTP_PORT });
  } catch (error) {
    const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (!(error instanceof DialError) || code !== 'ECONNREFUSED') throw error;
    // Nothing answers at both ports: the error names the first, where a person would look first.
    return dialSftp({ ...place, port: SSH_PORT }).catch((other: Error) => {
      const { code: alsoCode } = (other.cause ?? {}) as NodeJS.ErrnoException;
      throw alsoCode === 'ECONNREFUSED' ? error : other;
    });
  }
}
