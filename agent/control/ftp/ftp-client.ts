import type { Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { FileTree, FileView } from '../files/file-tree.ts';
import type { DataConnection } from './ftp-data.ts';
import type { Access } from '../session/line-session.ts';
import type { Place } from '../session/listen.ts';

/** Options of `startFtp`. */
export interface FtpOptions extends Place {
  accounts: Accounts;
  tree: FileTree;
  log: Log;
  /**
   * The certificate for explicit TLS (RFC 4217); asked for at each connection, since it may change. Without it there is
   * no TLS.
   */
  certificate?: () => { key: string; cert: string };
  /** Whether logins and transfers without encryption are allowed. */
  allowPlain: boolean;
  passivePorts?: { from: number; to: number };
  /** Address in the reply to PASV, if it is not the address that the client connected to. */
  passiveAddress?: string;
  /** Milliseconds without a command or a transfer after which a connection is closed. */
  idleMs(): number;
  /** Connections at the same time (64); a further one is refused. */
  mostConnections?: number;
}

/** The client of a connection, as the commands see it. */
export interface FtpClient {
  readonly options: FtpOptions;
  readonly address: string;
  readonly localAddress: string;
  readonly dataConnection: DataConnection;
  readonly isEncrypted: boolean;
  /** TLS of data connections; undefined while they are unprotected. */
  readonly dataContext: SecureContext | undefined;
  /** The files that the account sees; undefined before the login. */
  readonly view: FileView | undefined;
  /** The name that USER gave, until the login. */
  name: string | undefined;
  failures: number;
  folder: string;
  restartAt: number | undefined;
  renameFrom: string | undefined;
  isProtected: boolean;
  onlyExtendedPassive: boolean;
  /** Whether a transfer runs or waits for its connection. */
  isTransferring: boolean;
  /** The data connection of the transfer that runs. */
  transfer: Socket | undefined;
  reply(code: number, text: string, lines?: readonly string[]): void;
  logIn(access: Access): void;
  logOut(): void;
  /** Encrypts the control connection from now on; unencrypted bytes that came before are dropped. */
  encrypt(): void;
  /** Whether the client still has its control connection open. */
  isThere(): boolean;
  end(): void;
}

/** A command, and whether it needs a login. */
export interface FtpCommand {
  needsLogin: boolean;
  run: (ftp: FtpClient, argument: string) => void | Promise<void>;
}
