import { once } from 'node:events';
import type { Socket } from 'node:net';
import ssh2 from 'ssh2';
import type { Connection, Session } from 'ssh2';
import type { Log } from '#lib/runtime/log.ts';
import type { Accounts } from '../accounts/accounts.ts';
import type { KeyFiles } from './authorized-keys.ts';
import { watchIdle } from '../session/idle.ts';
import type { Access, ControlPort } from '../session/line-session.ts';
import { plainAddress } from '#lib/runtime/addresses.ts';
import { startListeners, type Listeners, type Place } from '../session/listen.ts';
import { guardLogin } from './ssh-login.ts';
import { serveCommand, serveShell, type SshShellOptions } from './ssh-shell.ts';

/** What SSH needs. */
export interface SshOptions extends Place {
  /** Private keys from `openHostKeys`. */
  hostKeys: readonly string[];
  accounts: Accounts;
  log: Log;
  /** The control port for shell and commands; without it SSH only serves files. */
  control?: ControlPort;
  /** Serves `sftp`, and file commands (`scp -t …`). */
  files?: SshFiles;
  keyFiles?: KeyFiles;
  /** Whether the method `password` is offered besides `keyboard-interactive`. */
  offerPassword: boolean;
  repliesOnStderrWithoutPty: boolean;
  /** Milliseconds without traffic after which a connection ends; asked again since it may change. */
  idleMs: () => number;
  /** Connections at the same time (100); a further one is refused. */
  mostConnections?: number;
}

/** The client of a connection after its login. */
export interface SshClient {
  access: Access;
  address: string;
  /** Address of the box that the client reached. */
  localAddress: string;
  /** Resolves when the client has read most of what was sent; ssh2 accepts more than the socket. */
  room: () => Promise<void>;
}

/** The part of SSH that serves files. */
export interface SshFiles {
  sftp(channel: ssh2.ServerChannel, client: SshClient): void;
  /** Runs a command if it is about files; then the result is true. */
  command(channel: ssh2.ServerChannel, command: string, client: SshClient): boolean;
}

/** Time from the first byte to the login; then the connection is cut. */
const LOGIN_MS = 60_000;
/** Connections of one address that are not logged in yet; each costs the processor some milliseconds. */
const MOST_STRANGERS = 10;
/** Key exchanges that are not offered: one costs up to a second of the processor, and all clients have others. */
const COSTLY_KEX = [
  'diffie-hellman-group-exchange-sha1',
  'diffie-hellman-group-exchange-sha256',
  'diffie-hellman-group15-sha512',
  'diffie-hellman-group16-sha512',
  'diffie-hellman-group17-sha512',
  'diffie-hellman-group18-sha512',
] as const;
/** Sessions of one connection at the same time; a further one is refused. */
const MOST_SESSIONS = 10;
/** Bytes that wait for a client that does not read, though it promised to; beyond them it is disconnected. */
const MOST_UNREAD_BYTES = 16 << 20;

/** Starts SSH: SIS in a shell or as one command, and files. Rejects if it cannot listen. */
export async function startSsh(options: SshOptions): Promise<Listeners> {
  const waiting = new Map<string, Socket>();
  const strangers = new Map<Socket, string | undefined>();
  const algorithms = { kex: { remove: [...COSTLY_KEX], append: [], prepend: [] } };
  const server = new ssh2.Server(
    { hostKeys: [...options.hostKeys], ident: 'Amphi', algorithms },
    (connection, info) => {
      const socket = waiting.get(nameOf(info.ip, info.port));
      if (!socket) return void connection.end();
      serve(connection, socket, options);
    },
  );
  server.on('error', (error: Error) => options.log.error({ err: error }, 'SSH'));
  return startListeners(options, {
    name: 'ssh',
    log: options.log,
    mostSockets: options.mostConnections ?? 100,
    onSocket(socket) {
      const { remoteAddress } = socket;
      const fromThere = [...strangers.values()].filter((address) => address === remoteAddress).length;
      if (fromThere >= MOST_STRANGERS) return socket.destroy();
      strangers.set(socket, remoteAddress);
      const name = nameOf(socket.remoteAddress, socket.remotePort);
      waiting.set(name, socket);
      const patience = setTimeout(() => socket.destroy(), LOGIN_MS);
      socket.once('login', () => {
        strangers.delete(socket);
        clearTimeout(patience);
      });
      socket.once('close', () => {
        waiting.delete(name);
        strangers.delete(socket);
        clearTimeout(patience);
      });
      server.injectSocket(socket);
    },
  });
}

const nameOf = (address: string | undefined, port: number | undefined): string => `${address} ${port}`;

function serve(connection: Connection, socket: Socket, options: SshOptions): void {
  const { log } = options;
  const address = plainAddress(socket.remoteAddress);
  const login = guardLogin(connection, { ...options, address, keyFiles: options.keyFiles ?? {} });
  let sessions = 0;
  // Sessions have time-outs of their own; this one is for a connection without any.
  const idle = watchIdle(
    () => (sessions > 0 ? Infinity : options.idleMs()),
    () => connection.end(),
  );
  socket.on('data', () => {
    if (socket.writableLength > MOST_UNREAD_BYTES) socket.destroy();
  });
  socket.once('close', () => idle.close());
  connection.on('error', (error) => log.debug({ address, reason: error.message }, 'SSH connection'));
  connection.on('ready', () => {
    socket.emit('login');
    const access = login.access();
    if (!access) return void connection.end();
    log.info({ via: 'ssh', address, access }, 'login');
    connection.on('session', (accept, reject) => {
      if (sessions >= MOST_SESSIONS) return reject();
      sessions += 1;
      const session = accept();
      session.once('close', () => {
        sessions -= 1;
        idle.touch();
      });
      const localAddress = plainAddress(socket.localAddress);
      serveSession(session, { access, address, localAddress, room: () => roomOf(socket) }, options);
    });
  });
}

/** Waits until the client has read most of what was sent. */
async function roomOf(socket: Socket): Promise<void> {
  if (socket.writableNeedDrain) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
}

function serveSession(session: Session, client: SshClient, options: SshOptions): void {
  const { control, files, log } = options;
  let hasPty = false;
  session.on('pty', (accept) => {
    hasPty = true;
    accept?.();
  });
  const shell: SshShellOptions | undefined = control && { ...options, ...client, control };
  if (shell) serveShell(session, shell, () => hasPty);
  session.on('exec', (accept, _reject, { command }) => {
    const channel = accept();
    if (files?.command(channel, command, client)) return endWhenIdle(channel, options);
    if (!shell) return refuse(channel);
    serveCommand(channel, command, shell, hasPty).catch((error: unknown) => log.error({ err: error }, 'SSH command'));
  });
  // `sftp` uses a plain channel, since ssh2's own SFTP has no back pressure.
  session.on('subsystem', (accept, reject, { name }) => {
    if (name !== 'sftp' || !files) return reject();
    const channel = accept();
    files.sftp(channel, client);
    endWhenIdle(channel, options);
  });
}

function endWhenIdle(channel: ssh2.ServerChannel, { idleMs }: Pick<SshOptions, 'idleMs'>): void {
  const idle = watchIdle(idleMs, () => channel.end());
  channel.on('data', () => idle.touch());
  channel.on('drain', () => idle.touch());
  channel.once('close', () => idle.close());
}

function refuse(channel: ssh2.ServerChannel): void {
  channel.stderr.write('files only: use sftp or scp\r\n');
  channel.exit(1);
  channel.end();
}
