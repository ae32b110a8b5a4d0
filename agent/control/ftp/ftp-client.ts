import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { FileTree, FileView } from '../files/file-tree.ts';
import type { DataRoad } from './ftp-data.ts';
import type { Access } from '../session/line-session.ts';
import type { Place } from '../session/listen.ts';

export interface FtpOptions extends Place {
  accounts: Accounts;
  tree: FileTree;
  log: Log;
  /** For explicit TLS (RFC 4217); asked for each connection, as it may be changed. Without it there is none. */
  certificate?: () => { key: string; cert: string };
  /** False: nothing but encrypted logins and transfers. */
  allowPlain: boolean;
  passivePorts?: { from: number; to: number };
  /** What PASV tells clients, where it is not the address they came to. */
  passiveAddress?: string;
  /** Milliseconds without command and transfer. */
  idleMs(): number;
  /** 64. */
  mostConnections?: number;
}

/** One client, as the commands see it. */
export interface FtpClient {
  readonly options: FtpOptions;
  readonly address: string;
  readonly localAddress: string;
  readonly road: DataRoad;
  readonly isEncrypted: boolean;
  /** What data connections are encrypted with; undefined while they are not protected. */
  readonly dataContext: SecureContext | undefined;
  /** What the account that logged in sees. */
  readonly view: FileView | undefined;
  /** Named by USER, and not let in yet. */
  name: string | undefined;
  failures: number;
  folder: string;
  restartAt: number | undefined;
  renameFrom: string | undefined;
  isProtected: boolean;
  onlyExtendedPassive: boolean;
  /** A transfer is under way, or waits for its connection. */
  isTransferring: boolean;
  /** Its connection. */
  transfer: Socket | undefined;
  reply(code: number, text: string, lines?: readonly string[]): void;
  logIn(access: Access): void;
  logOut(): void;
  /** From here on the control connection is encrypted; what came before in plain is forgotten. */
  encrypt(): void;
  /** Whether it has not ended its control connection. */
  isThere(): boolean;
  end(): void;
}

export interface FtpCommand {
  needsLogin: boolean;
  run: (ftp: FtpClient, argument: string) => void | Promise<void>;
}
