import type { Log } from '#lib/runtime/log.ts';
import type { FileTree } from '../files/file-tree.ts';
import { readScpCommand, serveScp } from './scp.ts';
import { serveSftp } from './sftp.ts';
import type { SshFiles } from './ssh.ts';

/** The file tree for SSH: the subsystem `sftp`, and the commands of the old scp protocol. */
export function sshFiles(tree: FileTree, log: Log): SshFiles {
  const failed = (error: unknown): void => log.error({ err: error }, 'file transfer over SSH');
  return {
    sftp(channel, { access, address, room }) {
      log.info({ via: 'sftp', address, access }, 'file session begins');
      serveSftp(channel, tree.as(access), { room, log }).catch(failed);
    },
    command(channel, line, { access, address, room }) {
      const command = readScpCommand(line);
      if (!command) return false;
      log.info({ via: 'scp', address, access }, 'file session begins');
      serveScp(channel, command, tree.as(access), room).catch(failed);
      return true;
    },
  };
}
